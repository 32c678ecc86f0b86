// The timeline: a row for each person, doubts, cuts, findings of the audit, the sound. It is one canvas, not DOM nodes,
// so that it stays fast with an hour of video and thousands of tracks.
import { canvas, element } from './element.js';
import { clock, doubtsNow, peopleNow, timeOf } from './model.js';
import { seek } from './player.js';
import { now, update, watch } from './store.js';
import { paintTimeline, ROW, TOP, GUTTER } from './timeline-paint.js';
import { select } from './targets.js';

/** @typedef {import('./types.d.ts').Person} Person */

const surface = canvas('rows');
const scroller = element('timeline');
/** Visible frames: first, and count. */
let view = { first: 0, count: 1 };
let isWhole = true;
/** @type {readonly Person[]} in order of appearance */
let rows = [];
let isDue = false;
/** @type {{ x: number, y: number, toX: number, toY: number } | null} pixels of the canvas */
let band = null;

/** Shows the timeline, and listens to its events. */
export function startTimeline() {
  watch(['tracks', 'spans', 'findings', 'video'], () => {
    rows = [...peopleNow()].sort((a, b) => a.first - b.first);
    element('rows-space').style.height = `${TOP + rows.length * ROW + 12}px`;
    if (isWhole) view = { first: 0, count: Math.max(1, now().video.frames) };
    request();
  });
  watch(
    [
      'frame',
      'selected',
      'doubt',
      'times',
      'cuts',
      'zones',
      'wholes',
      'mutes',
      'mark',
      'sound',
      'filter',
      'revision',
    ],
    request,
  );
  watch(['frame'], follow);
  watch(['selected'], reveal);
  new ResizeObserver(request).observe(scroller);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', request);
  scroller.addEventListener('scroll', request, { passive: true });
  scroller.addEventListener('wheel', onWheel, { passive: false });
  surface.addEventListener('pointerdown', onDown);
  surface.addEventListener('pointermove', onMove);
  surface.addEventListener('pointerup', onUp);
  element('zoom-in').addEventListener('click', () => zoomTime(0.5));
  element('zoom-out').addEventListener('click', () => zoomTime(2));
  element('zoom-all').addEventListener('click', () => zoomTime(Infinity));
}

/**
 * Zooms the time axis.
 *
 * @param {number} factor less than 1: closer
 * @param {number} [around] the frame that keeps its place
 */
function zoomTime(factor, around = now().frame) {
  const { frames } = now().video;
  const count = Math.max(Math.min(frames, 20), Math.min(frames, view.count * factor));
  isWhole = count >= frames;
  const share = (around - view.first) / view.count;
  view = { first: hold(around - share * count, count), count };
  request();
}

function hold(/** @type {number} */ first, count = view.count) {
  return Math.max(0, Math.min(now().video.frames - count, first));
}

function request() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    const { clientWidth: width, clientHeight: height, scrollTop } = scroller;
    paintTimeline(surface, { width, height, scrollTop, rows, view, band, doubts: doubtsNow() });
    scroller.setAttribute('aria-valuemax', String(Math.max(0, now().video.frames - 1)));
    scroller.setAttribute('aria-valuenow', String(now().frame));
    scroller.setAttribute('aria-valuetext', `${clock(timeOf(now().frame))}, frame ${now().frame + 1}`);
  });
}

/** Keeps the playhead in view. */
function follow() {
  const { frame } = now();
  if (frame < view.first || frame > view.first + view.count) {
    view = { ...view, first: hold(frame - view.count * 0.1) };
  }
}

/** Keeps the selected row in view. */
function reveal() {
  const { selected } = now();
  if (selected.size === 0 || band !== null) return;
  const index = rows.findIndex(({ tracks }) => tracks.some(({ id }) => selected.has(id)));
  if (index < 0) return;
  const [top, bottom] = [index * ROW, (index + 1) * ROW + TOP];
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (bottom > scroller.scrollTop + scroller.clientHeight)
    scroller.scrollTop = bottom - scroller.clientHeight;
}

/** @param {WheelEvent} event */
function onWheel(event) {
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    zoomTime(Math.exp(event.deltaY / 200), frameOf(event.offsetX));
  } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    event.preventDefault();
    const by = event.shiftKey ? event.deltaY : event.deltaX;
    view = { ...view, first: hold(view.first + (by * view.count) / (scroller.clientWidth - GUTTER)) };
    request();
  }
}

/** @param {PointerEvent} event */
function onDown(event) {
  surface.setPointerCapture(event.pointerId);
  if (event.offsetY < TOP) seek(frameOf(event.offsetX));
  else band = { x: event.offsetX, y: event.offsetY, toX: event.offsetX, toY: event.offsetY };
}

/** @param {PointerEvent} event */
function onMove(event) {
  if (event.buttons === 0) return;
  if (band === null) {
    if (surface.hasPointerCapture(event.pointerId)) seek(frameOf(event.offsetX));
    return;
  }
  band = { ...band, toX: event.offsetX, toY: event.offsetY };
  request();
}

/** @param {PointerEvent} event */
function onUp(event) {
  if (band === null) return;
  const { x, y, toX, toY } = band;
  band = null;
  const isMore = event.shiftKey || event.ctrlKey || event.metaKey;
  const isClick = Math.abs(toX - x) + Math.abs(toY - y) < 5;
  const [from, to] = [rowOf(Math.min(y, toY)), rowOf(Math.max(y, toY))];
  const hit = rows.slice(Math.max(0, from), to + 1);
  if (isClick) {
    if (x > GUTTER) seek(frameOf(x));
    const [person] = hit;
    update({ doubt: null });
    if (person !== undefined)
      select(
        person.tracks.map(({ id }) => id),
        isMore,
      );
  } else {
    const [first, last] = [frameOf(Math.min(x, toX)), frameOf(Math.max(x, toX))];
    const tracks = hit.flatMap((person) =>
      person.tracks.filter((track) => track.first <= last && track.last >= first),
    );
    update({ doubt: null });
    select(
      tracks.map(({ id }) => id),
      isMore,
    );
  }
  request();
}

function rowOf(/** @type {number} */ y) {
  return Math.floor((y + scroller.scrollTop - TOP) / ROW);
}

function frameOf(/** @type {number} */ x) {
  const share = (x - GUTTER) / Math.max(1, scroller.clientWidth - GUTTER);
  return Math.max(0, Math.min(now().video.frames - 1, Math.floor(view.first + share * view.count)));
}
