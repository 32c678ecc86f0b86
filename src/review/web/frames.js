// Pictures and boxes of frames, fetched on demand and cached.
import { now } from './store.js';

/** Sizes of the caches: a bitmap takes megabytes, its compressed blob little. */
const KEPT = { bitmaps: 24, blobs: 240, boxes: 64 };
/** Frames per request for boxes. */
const BOXES_AT_ONCE = 32;

/** @typedef {'covered' | 'original'} Look */

/** @type {Map<string, Promise<ImageBitmap | null>>} */
const bitmaps = new Map();
/** @type {Map<string, Promise<Blob | null>>} */
const blobs = new Map();
/** @type {Map<string, Promise<number[][][]>>} */
const boxes = new Map();

/**
 * A frame as a picture; null if the request fails.
 *
 * @param {number} frame
 * @param {Look} look
 * @returns {Promise<ImageBitmap | null>}
 */
export function bitmapOf(frame, look) {
  return kept(bitmaps, nameOf(frame, look), KEPT.bitmaps, async () => {
    const blob = await blobOf(frame, look);
    return blob === null ? null : createImageBitmap(blob);
  });
}

/**
 * Loads a frame without decoding it.
 *
 * @param {number} frame
 * @param {Look} look
 */
export function blobOf(frame, look) {
  return kept(blobs, nameOf(frame, look), KEPT.blobs, async () => {
    const response = await fetch(`${look}/${frame}`).catch(() => null);
    return response?.ok === true ? response.blob() : null;
  });
}

/**
 * A part of a frame at the resolution of the video; null if the request fails.
 *
 * @param {number} frame
 * @param {Look} look
 * @param {import('./types.d.ts').Box} part whole pixels of the video
 */
export async function partOf(frame, look, { x, y, width, height }) {
  const response = await fetch(`${look}-part/${frame}/${x}/${y}/${width}/${height}`).catch(() => null);
  return response?.ok === true ? createImageBitmap(await response.blob()) : null;
}

/**
 * Boxes of all tracks in a frame: id, x, y, width, height.
 *
 * @param {number} frame
 */
export async function boxesOf(frame) {
  const first = frame - (frame % BOXES_AT_ONCE);
  const chunk = await kept(boxes, `${now().revision}/${first}`, KEPT.boxes, async () => {
    const response = await fetch(`boxes/${first}`).catch(() => null);
    return response?.ok === true ? response.json() : [];
  });
  return chunk[frame - first] ?? [];
}

/** Covers depend on the decisions, originals do not. */
function nameOf(/** @type {number} */ frame, /** @type {Look} */ look) {
  return look === 'original' ? `o${frame}` : `${now().revision}/${frame}`;
}

/**
 * @template T
 * @param {Map<string, Promise<T>>} cache in the order of use
 * @param {string} name
 * @param {number} most
 * @param {() => Promise<T>} make
 * @returns {Promise<T>}
 */
function kept(cache, name, most, make) {
  const value = cache.get(name) ?? make();
  cache.delete(name);
  cache.set(name, value);
  // Failed requests are not cached.
  void value.then((made) => {
    if (made === null && cache.get(name) === value) cache.delete(name);
  });
  if (cache.size > most) {
    const [oldest, old] = /** @type {[string, Promise<T>]} */ (cache.entries().next().value);
    cache.delete(oldest);
    void old.then((made) => {
      if (made instanceof ImageBitmap) made.close();
    });
  }
  return value;
}
