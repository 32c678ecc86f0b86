// The picture: frame, outlines, current drawing; zoom and pan.
import { canvas, element } from './element.js';
import { askCloseUp, closeUpOf, dropCloseUp } from './close-up.js';
import { bitmapOf, boxesOf } from './frames.js';
import { clock, rateNow, timeOf } from './model.js';
import { drawOutlines } from './outlines.js';
import { now, update, watch } from './store.js';

/** @typedef {import('./types.d.ts').Box} Box */

const surface = canvas('picture');
const context = /** @type {CanvasRenderingContext2D} */ (surface.getContext('2d'));

/** Largest zoom, screen pixels per video pixel. */
const LARGEST = 8;
/** From this zoom on, video pixels are shown as squares, without smoothing. */
const SQUARES = 3;

/** @type {ImageBitmap | null} */
let picture = null;
/** Frame and look of the current picture. @type {{ frame: number, look: import('./frames.js').Look }} */
let shown = { frame: 0, look: 'covered' };
/** The doubt that the view was last centred on. @type {import('./types.d.ts').Doubt | null} */
let centred = null;
/** @type {number[][]} */
let outlines = [];
/** Zoom 1 fits the stage; x and y are the centre of the view as shares of the picture. */
let view = { zoom: 1, x: 0.5, y: 0.5 };
let wanted = 0;

/** Shows the state of the store. */
export function startStage() {
  watch(['frame', 'revision', 'showsOriginal', 'times', 'phase'], () => void show());
  watch(['isPlaying'], draw);
  watch(['selected', 'doubt', 'drawing', 'zones', 'findings'], draw);
  watch(['frame', 'times', 'video'], sayTime);
  new ResizeObserver(draw).observe(element('frame'));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  surface.addEventListener('wheel', onWheel, { passive: false });
}

/** The boxes of the shown frame: id, x, y, width, height. */
export const shownBoxes = () => outlines;

/**
 * Position of a pointer in the picture, in pixels of the video.
 *
 * @param {{ clientX: number, clientY: number }} event
 */
export function placeOf({ clientX, clientY }) {
  const { left, top } = surface.getBoundingClientRect();
  const { scale, x, y } = placement();
  const ratio = devicePixelRatio;
  return { x: ((clientX - left) * ratio - x) / scale, y: ((clientY - top) * ratio - y) / scale };
}

/**
 * Zooms around a place of the picture.
 *
 * @param {number} factor
 * @param {{ x: number, y: number }} [around] pixels of the video
 */
export function zoom(factor, around) {
  const { width, height } = now().video;
  const { scale } = placement();
  const most = Math.max(16, (LARGEST * view.zoom) / scale);
  const to = Math.max(1, Math.min(most, view.zoom * factor));
  if (around === undefined && view.zoom === 1) {
    view = { ...view, zoom: to };
    centreOn(chosenBox());
  } else {
    const at = around === undefined ? view : { x: around.x / width, y: around.y / height };
    const share = view.zoom / to;
    view = held({ zoom: to, x: at.x + (view.x - at.x) * share, y: at.y + (view.y - at.y) * share });
  }
  draw();
}

/** Shows one video pixel per screen pixel, around the selected box. */
export function showTruePixels() {
  zoom(1 / placement().scale);
  centreOn(chosenBox());
  draw();
}

/** Shows the whole picture. */
export function resetZoom() {
  view = { zoom: 1, x: 0.5, y: 0.5 };
  draw();
}

/**
 * Moves the view.
 *
 * @param {number} dx pixels of the page
 * @param {number} dy
 */
export function pan(dx, dy) {
  const { width, height } = now().video;
  const { scale } = placement();
  const ratio = devicePixelRatio / scale;
  view = held({ ...view, x: view.x - (dx * ratio) / width, y: view.y - (dy * ratio) / height });
  draw();
}

async function show() {
  const { frame, showsOriginal, phase } = now();
  if (phase !== 'ready') {
    picture = null;
    outlines = [];
    draw();
    return;
  }
  wanted += 1;
  const mine = wanted;
  const look = showsOriginal ? 'original' : 'covered';
  const [bitmap, boxes] = await Promise.all([bitmapOf(frame, look), boxesOf(frame)]);
  // A newer frame may be on its way; during playback, an older one is better than none.
  if (bitmap === null || (mine !== wanted && !now().isPlaying)) return;
  picture = bitmap;
  outlines = boxes;
  shown = { frame, look };
  const { doubt } = now();
  // If the view is zoomed in, the next doubt is shown as closely.
  if (doubt !== centred && view.zoom > 1 && doubt !== null) centreOn(chosenBox());
  centred = doubt;
  surface.dataset.frame = String(frame);
  surface.dataset.look = look;
  surface.dataset.revision = String(now().revision);
  draw();
}

function draw() {
  const { clientWidth, clientHeight } = element('frame');
  const ratio = devicePixelRatio;
  const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
  if (surface.width !== width) surface.width = width;
  if (surface.height !== height) surface.height = height;
  context.clearRect(0, 0, width, height);
  if (picture === null) return;
  const { video } = now();
  const { scale, x, y } = placement();
  element('zoom-level').textContent = view.zoom === 1 ? '' : `${Math.round(scale * 100)} %`;
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  try {
    context.drawImage(picture, x, y, video.width * scale, video.height * scale);
  } catch {
    // The cache has closed the bitmap; load it again.
    void show();
    return;
  }
  drawCloseUp({ scale, x, y });
  drawOutlines(context, outlines, { scale, x, y });
}

/** Draws the close-up at the resolution of the video; until it is loaded, the enlarged picture stays. */
function drawCloseUp(/** @type {{ scale: number, x: number, y: number }} */ { scale, x, y }) {
  const { video, isPlaying } = now();
  const { frame, look } = shown;
  const isEnlarged = view.zoom > 1 && scale * video.width > (picture?.width ?? 0);
  delete surface.dataset.pixels;
  if (!isEnlarged || isPlaying) return void dropCloseUp();
  const there = closeUpOf(frame, look);
  if (there !== null) {
    const { part, bitmap } = there;
    context.imageSmoothingEnabled = scale < SQUARES;
    context.drawImage(
      bitmap,
      x + part.x * scale,
      y + part.y * scale,
      part.width * scale,
      part.height * scale,
    );
    context.imageSmoothingEnabled = true;
    surface.dataset.pixels = 'all';
  }
  const [left, top] = [Math.max(0, -x / scale), Math.max(0, -y / scale)];
  const width = Math.min(video.width - left, surface.width / scale);
  const height = Math.min(video.height - top, surface.height / scale);
  askCloseUp(frame, look, { x: left, y: top, width, height }, draw);
}

/** The box to look at closely: that of the doubt or of the selection. @returns {Box | null} */
function chosenBox() {
  const { selected, doubt } = now();
  const found = outlines.find(([id]) => id === doubt?.track) ?? outlines.find(([id]) => selected.has(id));
  if (found === undefined) return doubt?.box ?? null;
  const [, x, y, width, height] = found;
  return { x, y, width, height };
}

/** Centres the view on a box; null leaves it unchanged. */
function centreOn(/** @type {Box | null} */ box) {
  const { width, height } = now().video;
  if (box === null) return;
  view = held({ ...view, x: (box.x + box.width / 2) / width, y: (box.y + box.height / 2) / height });
}

/** Position of the picture on the canvas, device pixels. */
function placement() {
  const { width, height } = now().video;
  const fit = Math.min(surface.width / width, surface.height / height);
  const scale = fit * view.zoom;
  return {
    scale,
    x: surface.width / 2 - view.x * width * scale,
    y: surface.height / 2 - view.y * height * scale,
  };
}

/** Clamps a view to the picture. */
function held(/** @type {typeof view} */ { zoom, x, y }) {
  const edge = 0.5 / zoom;
  return { zoom, x: Math.max(edge, Math.min(1 - edge, x)), y: Math.max(edge, Math.min(1 - edge, y)) };
}

function onWheel(/** @type {WheelEvent} */ event) {
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) {
    zoom(Math.exp(-event.deltaY / 300), placeOf(event));
  } else if (view.zoom > 1) pan(-event.deltaX, -event.deltaY);
  else zoom(Math.exp(-event.deltaY / 300), placeOf(event));
}

function sayTime() {
  const { frame, video, times } = now();
  element('time').textContent = clock(timeOf(frame));
  element('frame-number').textContent = video.frames === 0 ? '' : `${frame + 1} / ${video.frames}`;
  if (video.frames === 0) return;
  const isRead = times.length >= video.frames;
  element('reading').textContent = isRead
    ? `${rateNow().toFixed(0)} fps`
    : `reading ${Math.floor((100 * times.length) / Math.max(1, video.frames))} %`;
  if (times.length > 0 && frame >= times.length) update({ frame: Math.min(frame, video.frames - 1) });
}
