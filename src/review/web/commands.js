// All commands by name. Keys, buttons and menus all go through `run`.
import { say, warn } from './announce.js';
import { hear, send } from './connection.js';
import { askKeep, closeDialog, showHelp } from './dialogs.js';
import { cancelDrawing, startDrawing } from './drawing.js';
import { boxesOf } from './frames.js';
import { goToDoubt, goToDoubtAfter, markReviewed } from './doubt-walk.js';
import { element, input } from './element.js';
import { filteredPeople, timeOf, wholePeople } from './model.js';
import { finish, render } from './output.js';
import { play, seek } from './player.js';
import { startSpray } from './spray.js';
import { pan, resetZoom, showTruePixels, zoom } from './stage.js';
import { now, update } from './store.js';
import { select, selectedIndex, targetIds, targetTrack } from './targets.js';

/** @typedef {import('./types.d.ts').Doubt} Doubt */
/** @typedef {import('../edits/edit.ts').Edit} Edit */

/**
 * @typedef {object} Call
 * @property {number} [argument] one of two: -1 or 1; or one of several, from 0 on
 * @property {boolean} [shift]
 * @property {boolean} [isRepeat] the key is held down
 */

/** Left, right, up, down: shift of the picture, pixels of the page. @type {[number, number][]} */
const PAN = [
  [120, 0],
  [-120, 0],
  [0, 120],
  [0, -120],
];

/** Fastest speed of J and L. */
const FASTEST = 8;

/** @param {Edit} edit */
const edit = (edit) => send({ type: 'edit', edit });

/** @type {Readonly<Record<string, (call: Call) => void>>} */
const COMMANDS = {
  playOrPause: () => play(now().isPlaying ? 0 : 1),
  playForwards: () => play(now().isPlaying && now().speed > 0 ? Math.min(FASTEST, now().speed * 2) : 1),
  playBackwards: () => play(now().isPlaying && now().speed < 0 ? Math.max(-FASTEST, now().speed * 2) : -1),
  pauseOrKey: () => (now().isPlaying ? play(0) : void setKey()),
  step: ({ argument = 1, shift = false }) => {
    if (now().isPlaying) play(0);
    seek(now().frame + argument * (shift ? 10 : 1));
  },
  edge: ({ argument = 1 }) => seek(argument < 0 ? 0 : now().video.frames - 1),
  neighbour: ({ argument = 1, shift = false }) => {
    const people = filteredPeople();
    const at = selectedIndex();
    const next = people[at < 0 ? 0 : Math.max(0, Math.min(people.length - 1, at + argument))];
    if (next === undefined) return;
    select(
      next.tracks.map(({ id }) => id),
      shift,
    );
    update({ doubt: null });
    if (!shift) seek(next.tracks[0].faces[2][0]);
    say(`${next.title}, ${next.state}`);
  },
  nextDoubt: ({ shift = false }) => goToDoubt(shift ? -1 : 1),
  reviewed: markReviewed,
  keyFrame: ({ argument = 1 }) => {
    const keys = targetIds().flatMap((id) => now().tracks.get(id)?.keys ?? []);
    const { frame } = now();
    const next =
      argument > 0
        ? Math.min(...keys.filter((key) => key > frame))
        : Math.max(...keys.filter((key) => key < frame));
    if (Number.isFinite(next)) seek(next);
    else say('There is no further key frame.');
  },
  cover: () => {
    const place = doubtWithoutTrack();
    if (place === null) decide('covered', targetIds());
    else coverPlace(place);
  },
  dismiss: ({ shift = false }) => {
    const { doubt } = now();
    const place = doubtWithoutTrack();
    if (place?.kind === 'finding') send({ type: 'dismissFinding', id: place.id });
    else if (place !== null) edit({ type: 'review', spans: [place.id], isReviewed: true });
    else decide('dismissed', shift ? wholePeople(targetIds()) : targetIds());
    // This answers the doubt, too.
    if (place !== null) goToDoubtAfter(({ kind, id }) => kind !== place.kind || id !== place.id);
    else if (doubt !== null) goToDoubtAfter(({ track }) => track !== doubt.track);
  },
  keep: () => {
    const tracks = wholePeople(targetIds());
    if (tracks.length === 0) return void warn('Select whom to keep visible first.');
    askKeep(tracks, (by) => edit({ type: 'decide', tracks, state: 'kept', by }));
  },
  group: () => {
    const tracks = targetIds();
    const persons = new Set(tracks.map((id) => now().tracks.get(id)?.person ?? null));
    const isTogether = !(persons.size === 1 && !persons.has(null));
    if (tracks.length > 0) edit({ type: 'group', tracks, isTogether });
  },
  merge: () => edit({ type: 'merge', tracks: targetIds() }),
  split: () => {
    const track = targetTrack();
    if (track === null) warn('Select one track to split it.');
    else edit({ type: 'split', track: track.id, frame: now().frame });
  },
  selectAll: () => select(filteredPeople().flatMap(({ tracks }) => tracks.map(({ id }) => id))),
  undo: () => send({ type: 'undo' }),
  redo: () => send({ type: 'redo' }),
  drawBox: () => startDrawing('box'),
  drawZone: () => startDrawing('zone'),
  follow: () => void followTarget(),
  spray: ({ isRepeat = false }) => {
    if (!isRepeat) startSpray(targetTrack()?.id ?? null);
  },
  trim: ({ argument = 1 }) => {
    const track = targetTrack();
    const { frame } = now();
    if (track === null) return void warn('Select one track to move its start or end.');
    edit({ type: 'trim', track: track.id, ...(argument < 0 ? { firstFrame: frame } : { lastFrame: frame }) });
  },
  coverAll: () => markSpan('cover', 'the whole picture is covered'),
  mute: () => markSpan('mute', 'the sound is silenced'),
  remove: removeHere,
  original: ({ isRepeat = false }) => {
    if (isRepeat) return;
    update({ showsOriginal: true });
    const up = () => update({ showsOriginal: false });
    // After a click in the help, the next touch ends it.
    for (const type of ['keyup', 'blur', 'pointerdown']) addEventListener(type, up, { once: true });
  },
  zoom: ({ argument = 1 }) => (argument === 0 ? resetZoom() : zoom(argument > 0 ? 1.4 : 1 / 1.4)),
  truePixels: showTruePixels,
  pan: ({ argument = 0 }) => pan(...PAN[argument]),
  filter: () => {
    input('filter').focus();
    input('filter').select();
  },
  region: ({ shift = false }) => goToRegion(shift ? -1 : 1),
  help: showHelp,
  render,
  finish,
  cancel: () => {
    if (closeDialog() || cancelDrawing()) return;
    if (now().job?.job === 'following') send({ type: 'cancel' });
    else if (now().mark !== null) update({ mark: null });
    else update({ selected: new Set(), doubt: null });
  },
};

/** Commands that change nothing. */
const FOR_READERS = new Set(
  'playOrPause playForwards playBackwards step edge neighbour nextDoubt keyFrame selectAll original zoom truePixels pan filter region help finish cancel'.split(
    ' ',
  ),
);

/** Commands that work before the tracks are open. */
const WITHOUT_PICTURE = new Set(['help', 'cancel', 'finish']);

/**
 * Runs a command.
 *
 * @param {string} name
 * @param {Call} [call]
 */
export function run(name, call = {}) {
  const { phase, hello } = now();
  if (phase !== 'ready' && !WITHOUT_PICTURE.has(name)) return;
  if (hello?.isReadOnly === true && !FOR_READERS.has(name)) {
    warn('Another page edits this review; this one only shows it.');
    return;
  }
  COMMANDS[name]?.(call);
}

/** Listens to the results of commands. */
export function startCommands() {
  hear('refused', ({ message }) => warn(message));
  hear('followed', ({ track, frames, forwards, backwards }) => {
    const { video } = now();
    select([track]);
    const lost = forwards.end === 'lost' ? forwards : backwards.end === 'lost' ? backwards : null;
    if (lost !== null) seek(lost.frame);
    const ways = [
      `forwards to frame ${forwards.frame + 1} (${endText(forwards.end)})`,
      `backwards to frame ${backwards.frame + 1} (${endText(backwards.end)})`,
    ];
    const text = `Tracked through ${frames} of ${video.frames} frames: ${ways.join(', ')}.`;
    say(text);
    warn(text);
  });
}

/** @param {string} end */
function endText(end) {
  return { lost: 'lost there', cut: 'scene cut', end: 'end of the video', stopped: 'stopped' }[end] ?? end;
}

/** @param {'covered' | 'dismissed'} state @param {number[]} tracks */
function decide(state, tracks) {
  if (tracks.length === 0) return void warn('Select a person first.');
  edit({ type: 'decide', tracks, state });
  say(`${tracks.length === 1 ? `Face ${tracks[0]}` : `${tracks.length} tracks`} ${state}.`);
}

/** The current doubt, if it is about a person without a track and nothing is selected. */
function doubtWithoutTrack() {
  const { doubt, selected } = now();
  return doubt !== null && doubt.track === null && selected.size === 0 ? doubt : null;
}

/** Adds a track from the best view of the person, followed forwards and backwards. */
function coverPlace(/** @type {Doubt} */ { kind, id }) {
  send({ type: kind === 'finding' ? 'coverFinding' : 'coverSpan', id });
}

async function setKey() {
  const track = targetTrack();
  if (track === null) return void play(0);
  const { frame } = now();
  const box = await boxHere(track.id);
  if (now().frame !== frame) return;
  if (box === undefined) startDrawing('box', track.id);
  else edit({ type: 'key', track: track.id, row: rowOf(frame, box) });
}

/** The box of a track in the current frame; the picture may still show an earlier one. */
async function boxHere(/** @type {number} */ track) {
  return (await boxesOf(now().frame)).find((/** @type {number[]} */ [id]) => id === track);
}

async function followTarget() {
  const place = doubtWithoutTrack();
  if (place !== null) return coverPlace(place);
  const track = targetTrack();
  if (track === null) return void warn('Select one box to track it, or draw one with N.');
  const { frame } = now();
  const box = await boxHere(track.id);
  const [at, x, y, width, height] = box === undefined ? track.faces[0] : [frame, ...box.slice(1)];
  send({ type: 'follow', track: track.id, frame: at, box: { x, y, width, height } });
}

/** The first key press begins a span, the second ends it. */
function markSpan(/** @type {'cover' | 'mute'} */ kind, /** @type {string} */ text) {
  const { mark, frame, doubt } = now();
  if (mark?.kind !== kind) {
    update({ mark: { kind, frame } });
    say(`From here ${text}; go to its end and press the key again.`);
    if (doubt !== null) update({ doubt: null });
    return;
  }
  const [first, last] = [Math.min(mark.frame, frame), Math.max(mark.frame, frame)];
  update({ mark: null });
  if (kind === 'cover') edit({ type: 'coverAll', firstFrame: first, lastFrame: last });
  else edit({ type: 'mute', from: timeOf(first), to: Math.max(timeOf(last), timeOf(first) + 0.04) });
}

/** Removes manual work: the selected key frame or track, else the zone, whole cover or mute in this frame. */
function removeHere() {
  const { frame, zones, wholes, mutes } = now();
  const track = targetTrack();
  if (track !== null && track.isKeyed && track.keys.length > 1 && track.keys.includes(frame)) {
    edit({ type: 'removeKey', track: track.id, frame });
    return;
  }
  const ids = targetIds();
  if (ids.length > 0) return edit({ type: 'removeTracks', tracks: ids });
  const time = timeOf(frame);
  const zone = zones.find(({ firstFrame, lastFrame }) => frame >= firstFrame && frame <= lastFrame);
  const whole = wholes.find(({ firstFrame, lastFrame }) => frame >= firstFrame && frame <= lastFrame);
  const mute = mutes.find(({ from, to }) => time >= from && time <= to);
  if (zone !== undefined) edit({ type: 'removeZone', id: zone.id });
  else if (whole !== undefined) edit({ type: 'removeCoverAll', id: whole.id });
  else if (mute !== undefined) edit({ type: 'unmute', id: mute.id });
  else warn('Nothing here was made by hand.');
}

const REGIONS = ['toolbar', 'frame', 'people', 'timeline'];

function goToRegion(/** @type {number} */ by) {
  const at = REGIONS.findIndex((id) => element(id).contains(document.activeElement));
  const next = element(REGIONS[(at + by + REGIONS.length) % REGIONS.length]);
  const target = next.tabIndex >= 0 ? next : next.querySelector('button:not(:disabled), input');
  /** @type {HTMLElement | null} */ (target)?.focus();
}

/** @returns {[number, number, number, number, number]} */
function rowOf(/** @type {number} */ frame, /** @type {number[]} */ [, x, y, width, height]) {
  return [frame, x, y, width, height];
}
