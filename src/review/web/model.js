// Derived state: people with their risk, and doubts in the order of review.
import { now } from './store.js';

/** @typedef {import('./types.d.ts').Doubt} Doubt */
/** @typedef {import('./types.d.ts').Person} Person */
/** @typedef {import('./types.d.ts').SpanSummary} SpanSummary */
/** @typedef {import('./types.d.ts').TrackSummary} TrackSummary */

/** @type {Doubt[]} */
let doubts = [];
/** @type {Person[]} */
let people = [];
/** @type {readonly unknown[]} */
let madeFrom = [];

/** All open doubts and findings, riskiest first. */
export function doubtsNow() {
  refresh();
  return doubts;
}

/** All people, riskiest first. */
export function peopleNow() {
  refresh();
  return people;
}

/** The people that match the filter. */
export function filteredPeople() {
  const { filter, chip } = now();
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return peopleNow().filter(
    ({ state, words: text }) =>
      (chip === 'all' || state === chip) && words.every((word) => text.includes(word)),
  );
}

/**
 * These tracks, and all others of the same people.
 *
 * @param {Iterable<number>} ids
 * @returns {number[]}
 */
export function wholePeople(ids) {
  const { tracks } = now();
  const persons = new Set([...ids].map((id) => tracks.get(id)?.person ?? null));
  const others = [...tracks.values()]
    .filter(({ person }) => person !== null && persons.has(person))
    .map(({ id }) => id);
  return [...new Set([...ids, ...others])];
}

/**
 * `1:02.345`
 *
 * @param {number} seconds
 */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = (seconds % 60).toFixed(2).padStart(5, '0');
  return `${hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}` : minutes}:${rest}`;
}

/**
 * Time of a frame, seconds; an estimate if it was not read yet.
 *
 * @param {number} frame
 */
export function timeOf(frame) {
  const { times } = now();
  const time = times[frame];
  if (time !== undefined) return time;
  return frame / rateNow();
}

/** Frames a second, on average. */
export function rateNow() {
  const { times } = now();
  const last = times.length - 1;
  return last > 0 ? last / (times[last] - times[0] || 1) : 25;
}

/**
 * The frame shown at a time.
 *
 * @param {number} seconds
 */
export function frameAt(seconds) {
  const { times } = now();
  let [low, high] = [0, Math.max(0, times.length - 1)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (times[middle] <= seconds + 1e-6) low = middle;
    else high = middle - 1;
  }
  return low;
}

function refresh() {
  const { tracks, spans, findings } = now();
  const from = [tracks, spans, findings];
  if (from.every((value, index) => value === madeFrom[index])) return;
  madeFrom = from;
  doubts = [
    ...[...spans.values()].filter(({ isReviewed }) => !isReviewed).map(doubtOfSpan),
    ...findings.filter(({ isOpen }) => isOpen).map(doubtOfFinding),
  ].sort((a, b) => rank(b) - rank(a) || b.risk - a.risk || a.frame - b.frame);
  people = peopleOf(doubts);
}

/** Findings come before doubts: these faces are visible in the output. @param {Doubt} doubt */
const rank = ({ kind }) => (kind === 'finding' ? 1 : 0);

/** @param {SpanSummary} span @returns {Doubt} */
function doubtOfSpan(span) {
  const { firstFrame, lastFrame, frame, id, text, trackId, risk, box } = span;
  const track = now().tracks.has(trackId) ? trackId : null;
  return { kind: 'span', id, track, frame, firstFrame, lastFrame, text, risk, box };
}

/** @param {import('./types.d.ts').FindingSummary} finding @returns {Doubt} */
function doubtOfFinding({ id, firstFrame, lastFrame, surestFrame: frame, box, score }) {
  const text = `the audit sees a face, score ${score.toFixed(2)}`;
  return { kind: 'finding', id, track: null, frame, firstFrame, lastFrame, text, risk: score, box };
}

/** @param {readonly Doubt[]} doubts @returns {Person[]} */
function peopleOf(doubts) {
  const { tracks, spans } = now();
  /** @type {Map<string, TrackSummary[]>} */
  const groups = new Map();
  for (const track of tracks.values()) {
    const key = track.person === null ? `t${track.id}` : `p${track.person}`;
    groups.set(key, [...(groups.get(key) ?? []), track]);
  }
  const open = new Map(doubts.filter(({ kind }) => kind === 'span').map((doubt) => [doubt.id, doubt]));
  /** @type {Map<number, SpanSummary[]>} */
  const ofTrack = new Map();
  for (const span of spans.values()) ofTrack.set(span.trackId, [...(ofTrack.get(span.trackId) ?? []), span]);
  return [...groups.values()]
    .map((members) =>
      personOf(
        members,
        members.flatMap(({ id }) => ofTrack.get(id) ?? []),
        open,
      ),
    )
    .sort((a, b) => b.risk - a.risk || a.first - b.first);
}

/**
 * @param {TrackSummary[]} members
 * @param {SpanSummary[]} spans
 * @param {Map<number, Doubt>} open
 * @returns {Person}
 */
function personOf(members, spans, open) {
  const tracks = members.sort((a, b) => a.first - b.first);
  const [{ id, person, state: decided }] = tracks;
  const own = spans.flatMap((span) => open.get(span.id) ?? []);
  const states = new Set(tracks.map(({ state }) => state));
  const isOne = states.size === 1 && decided !== 'covered';
  const state = own.length > 0 ? 'open' : isOne ? decided : 'covered';
  const title = person === null ? `Face ${id}` : `Person ${person}`;
  const ids = tracks.map((track) => `#${track.id}`).join(' ');
  const marks = tracks.some(({ isByHand }) => isByHand) ? 'by hand' : '';
  const risk = own.reduce((sum, doubt) => sum + doubt.risk, 0);
  // Tracks with long and clear views need a look the least; false covers are mostly weak and short.
  const weak = 0.1 * (1 - Math.max(...tracks.map(({ score }) => score)));
  return {
    key: id,
    tracks,
    title,
    first: tracks[0].first,
    last: Math.max(...tracks.map(({ last }) => last)),
    state,
    doubts: own.length,
    risk: state === 'dismissed' ? -2 : state === 'kept' ? -1 : risk + weak,
    words:
      `${title} ${ids} ${state} ${marks} ${spans.map(({ text, reason }) => `${text} ${reason}`).join(' ')}`.toLowerCase(),
  };
}
