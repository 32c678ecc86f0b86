// The socket to the review: what it says goes into the store, what the page asks for goes out.
import { now, update } from './store.js';

/** @typedef {import('./types.d.ts').ReviewMessage} ReviewMessage */
/** @typedef {import('../server/protocol.ts').PageMessage} PageMessage */

const VERSION = 1;
/** Milliseconds between two tries to come back. */
const PAUSE = 1000;
/** That somebody is there is said so often, ms. */
const ALIVE = 30_000;

/** @type {WebSocket | null} */
let socket = null;
/** @type {Map<string, ((message: any) => void)[]>} */
const heard = new Map();
let aliveAt = 0;

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
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** Opens the socket, and opens it again when it is lost. */
export function connect() {
  const url = new URL('socket', location.href.replace(/^http/, 'ws'));
  url.search = '';
  url.hash = '';
  socket = new WebSocket(url);
  socket.addEventListener('message', ({ data }) => take(JSON.parse(data)));
  socket.addEventListener('close', ({ code }) => {
    // 1001: the review has ended.
    update({ phase: code === 1001 ? 'closed' : 'connecting', isPlaying: false, job: null });
    if (code !== 1001) setTimeout(connect, PAUSE);
  });
}

for (const type of ['pointerdown', 'keydown', 'wheel']) {
  addEventListener(
    type,
    () => {
      if (performance.now() - aliveAt < ALIVE) return;
      aliveAt = performance.now();
      send({ type: 'alive' });
    },
    { passive: true },
  );
}

/** @param {ReviewMessage} message */
function take(message) {
  switch (message.type) {
    case 'hello':
      if (message.version !== VERSION) location.reload();
      update({ hello: message, phase: message.video === null ? 'waiting' : 'ready' });
      if (message.video !== null) update({ video: message.video });
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
    // What was just made is what the next key is about.
    selected:
      isNew.length > 0 ? new Set(isNew.map(({ id }) => id)) : kept.size < selected.size ? kept : selected,
    ...(message.zones === undefined ? {} : { zones: message.zones }),
    ...(message.wholes === undefined ? {} : { wholes: message.wholes }),
    ...(message.mutes === undefined ? {} : { mutes: message.mutes }),
  });
}
