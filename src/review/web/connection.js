// Puts messages of the review into the store, and sends requests of the page.
import * as socket from './socket.js';
import { now, update } from './store.js';

/** @typedef {import('./types.d.ts').ReviewMessage} ReviewMessage */
/** @typedef {import('../server/protocol.ts').PageMessage} PageMessage */

const VERSION = 1;

/** @type {Map<string, ((message: any) => void)[]>} */
const heard = new Map();

/**
 * Calls back for each message of a type that is not part of the state.
 *
 * @template {ReviewMessage['type']} T
 * @param {T} type
 * @param {(message: Extract<ReviewMessage, { type: T }>) => void} listener
 */
export function hear(type, listener) {
  heard.set(type, [...(heard.get(type) ?? []), listener]);
}

/** @param {PageMessage} message */
export function send(message) {
  socket.send(message);
}

/** Opens the socket to the review. */
export function connect() {
  socket.connect({
    onMessage: take,
    onLost: (hasEnded) => {
      update({ isPlaying: false, job: null });
      // A failed review does not come back.
      if (now().phase !== 'failed') update({ phase: hasEnded ? 'closed' : 'connecting' });
    },
  });
}

/** @param {ReviewMessage} message */
function take(message) {
  switch (message.type) {
    case 'hello':
      if (message.version !== VERSION) location.reload();
      update({ hello: message, phase: message.video === null ? 'waiting' : 'ready' });
      if (message.video !== null) update({ video: message.video });
      break;
    case 'failed':
      update({ phase: 'failed', failure: message.message });
      break;
    case 'state':
      takeState(message);
      break;
    case 'frames': {
      const times = now().times.slice(0, message.from).concat(message.times);
      update({ times, cuts: message.cuts, problem: message.problem });
      break;
    }
    case 'job':
      update({ job: message.isOver ? null : message });
      break;
    case 'audit':
      update({
        findings: message.findings,
        problems: message.problems,
        wasRendered: message.wasRendered,
        isRendered: message.isRendered,
      });
      break;
  }
  for (const listener of heard.get(message.type) ?? []) listener(message);
}

/** @param {Extract<ReviewMessage, { type: 'state' }>} message */
function takeState(message) {
  const { tracks, spans, selected } = now();
  const [allTracks, allSpans] = message.isWhole ? [new Map(), new Map()] : [new Map(tracks), new Map(spans)];
  for (const track of message.tracks) allTracks.set(track.id, track);
  for (const id of message.removed) allTracks.delete(id);
  for (const span of message.spans) allSpans.set(span.id, span);
  for (const id of message.removedSpans) allSpans.delete(id);
  const isNew = message.tracks.filter(({ id }) => !tracks.has(id) && !message.isWhole);
  const kept = new Set([...selected].filter((id) => allTracks.has(id)));
  update({
    tracks: allTracks,
    spans: allSpans,
    revision: message.revision,
    canUndo: message.canUndo,
    canRedo: message.canRedo,
    // Select new tracks: the next key applies to them.
    selected:
      isNew.length > 0 ? new Set(isNew.map(({ id }) => id)) : kept.size < selected.size ? kept : selected,
    ...(message.zones === undefined ? {} : { zones: message.zones }),
    ...(message.wholes === undefined ? {} : { wholes: message.wholes }),
    ...(message.mutes === undefined ? {} : { mutes: message.mutes }),
  });
}
