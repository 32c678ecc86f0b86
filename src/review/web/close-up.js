// The visible part of the picture at the resolution of the video, where the picture itself has fewer pixels.
import { partOf } from './frames.js';
import { now } from './store.js';

/** @typedef {import('./types.d.ts').Box} Box */
/** @typedef {import('./frames.js').Look} Look */

/** The view must rest this long before a part is requested, ms. */
const REST = 60;
/** Parts are aligned to multiples of this, pixels, so that a small move needs no new part. */
const GRID = 64;

/** @type {{ name: string, part: Box, bitmap: ImageBitmap } | null} */
let shown = null;
let isAsking = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * The close-up of a frame; null if it is not loaded.
 *
 * @param {number} frame
 * @param {Look} look
 */
export function closeUpOf(frame, look) {
  return shown?.name === nameOf(frame, look) ? shown : null;
}

/**
 * Requests a close-up once the view has come to rest.
 *
 * @param {number} frame
 * @param {Look} look
 * @param {Box} view the visible part, pixels of the video
 * @param {() => void} onThere
 */
export function askCloseUp(frame, look, view, onThere) {
  const part = onGrid(view);
  clearTimeout(timer);
  if (holds(frame, look, part)) return;
  timer = setTimeout(() => void ask(frame, look, part, onThere), REST);
}

/** Cancels the request. */
export function dropCloseUp() {
  clearTimeout(timer);
  shown?.bitmap.close();
  shown = null;
}

/** @param {number} frame @param {Look} look @param {Box} part @param {() => void} onThere */
async function ask(frame, look, part, onThere) {
  // One request at a time: the decoder goes through the video once.
  if (isAsking) return;
  isAsking = true;
  const name = nameOf(frame, look);
  const bitmap = await partOf(frame, look, part);
  isAsking = false;
  const isWanted = name === nameOf(now().frame, now().showsOriginal ? 'original' : 'covered');
  if (bitmap !== null && isWanted) {
    shown?.bitmap.close();
    shown = { name, part, bitmap };
  } else bitmap?.close();
  // The caller then requests what is visible by now; a failed request is not repeated.
  if (bitmap !== null || !isWanted) onThere();
}

/** @param {number} frame @param {Look} look @param {Box} part */
function holds(frame, look, part) {
  const there = closeUpOf(frame, look)?.part;
  return (
    there !== undefined &&
    there.x <= part.x &&
    there.y <= part.y &&
    there.x + there.width >= part.x + part.width &&
    there.y + there.height >= part.y + part.height
  );
}

/** @param {Box} view @returns {Box} */
function onGrid({ x, y, width, height }) {
  const { video } = now();
  const down = (/** @type {number} */ value) => Math.max(0, Math.floor(value / GRID) * GRID);
  const up = (/** @type {number} */ value, /** @type {number} */ most) =>
    Math.min(most, Math.ceil(value / GRID) * GRID);
  const [left, top] = [down(x), down(y)];
  return {
    ...{ x: left, y: top },
    width: up(x + width, video.width) - left,
    height: up(y + height, video.height) - top,
  };
}

function nameOf(/** @type {number} */ frame, /** @type {Look} */ look) {
  return `${look}/${now().revision}/${frame}`;
}
