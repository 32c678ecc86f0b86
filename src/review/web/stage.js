// The picture: frame, outlines, what is being drawn; zoom and pan.
import { canvas, element } from './element.js';
import { bitmapOf, boxesOf } from './frames.js';
import { clock, rateNow, timeOf } from './model.js';
import { now, update, watch } from './store.js';

/** @typedef {import('./types.d.ts').Box} Box */

const surface = canvas('picture');
const context = /** @type {CanvasRenderingContext2D} */ (surface.getContext('2d'));

/** @type {ImageBitmap | null} */
let picture = null;
/** @type {number[][]} */
let outlines = [];
/** Zoom 1 fits; x and y are the middle of the view as shares of the picture. */
let view = { zoom: 1, x: 0.5, y: 0.5 };
let wanted = 0;

/** Shows what the store says. */
export function startStage() {
  watch(['frame', 'revision', 'showsOriginal', 'times', 'phase'], () => void show());
  watch(['selected', 'doubt', 'drawing', 'zones', 'findings'], draw);
  watch(['frame', 'times', 'video'], sayTime);
  new ResizeObserver(draw).observe(element('frame'));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  surface.addEventListener('wheel', onWheel, { passive: false });
}

/** The boxes of the frame that is shown: id, x, y, width, height. */
export const shownBoxes = () => outlines;

/**
 * Where a pointer is in the picture, in pixels of the video.
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
 * Magnifies around a place of the picture.
 *
 * @param {number} factor
 * @param {{ x: number, y: number }} [around] pixels of the video
 */
export function zoom(factor, around) {
  const { width, height } = now().video;
  const to = Math.max(1, Math.min(16, view.zoom * factor));
  const at = around === undefined ? view : { x: around.x / width, y: around.y / height };
  const share = view.zoom / to;
  view = held({ zoom: to, x: at.x + (view.x - at.x) * share, y: at.y + (view.y - at.y) * share });
  draw();
}

/** Shows all of the picture. */
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
  // A newer one may be on its way; while playing, an older one is better than none.
  if (bitmap === null || (mine !== wanted && !now().isPlaying)) return;
  picture = bitmap;
  outlines = boxes;
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
  context.imageSmoothingQuality = 'high';
  try {
    context.drawImage(picture, x, y, video.width * scale, video.height * scale);
  } catch {
    // The cache has closed it; the next one is on its way.
    void show();
    return;
  }
  drawOutlines(scale, x, y);
}

/** @param {number} scale @param {number} left @param {number} top */
function drawOutlines(scale, left, top) {
  const { selected, tracks, doubt, zones, findings, frame, drawing } = now();
  const ratio = devicePixelRatio;
  const styles = getComputedStyle(document.documentElement);
  const tone = (/** @type {string} */ name) => styles.getPropertyValue(name);
  /** @param {Box} box @param {string} color @param {{ isDashed?: boolean, isThick?: boolean, text?: string }} how */
  const outline = (box, color, { isDashed = false, isThick = false, text = '' }) => {
    const [x, y] = [left + box.x * scale, top + box.y * scale];
    context.setLineDash(isDashed ? [6 * ratio, 4 * ratio] : []);
    // A dark line below tells a light one from a light picture.
    for (const [line, width] of /** @type {const} */ ([
      ['rgb(0 0 0 / 55%)', 2.5],
      [color, 0],
    ])) {
      context.strokeStyle = line;
      context.lineWidth = ((isThick ? 3 : 1.5) + width) * ratio;
      context.strokeRect(x, y, box.width * scale, box.height * scale);
    }
    if (text !== '') label(text, x, y, color);
  };
  for (const zone of zones) {
    if (frame < zone.firstFrame || frame > zone.lastFrame) continue;
    const text = { cover: 'always covered', ignore: 'never looked at', only: 'only this is visible' }[
      zone.kind
    ];
    outline(zone, tone('--warn'), { isDashed: true, text });
  }
  for (const [id, x, y, width, height] of outlines) {
    const track = tracks.get(id);
    if (track === undefined) continue;
    const isSelected = selected.has(id);
    const color = { covered: '#3ecfa8', dismissed: '#b8c2bd', kept: '#f0b357' }[track.state];
    const isDoubted = doubt?.track === id;
    const text = isSelected || isDoubted ? `#${id}` : '';
    outline({ x, y, width, height }, isSelected ? '#ffffff' : color, {
      isDashed: track.state === 'dismissed',
      isThick: isSelected || isDoubted,
      text,
    });
  }
  for (const { box, firstFrame, lastFrame, isOpen } of findings) {
    if (isOpen && isNear(frame, { firstFrame, lastFrame })) {
      outline(box, '#ff7a70', { isThick: true, text: 'seen by the audit' });
    }
  }
  if (doubt?.kind === 'span' && doubt.track === null && doubt.box !== null && isNear(frame, doubt)) {
    outline(doubt.box, '#ffffff', { isThick: true, text: 'in doubt' });
  }
  if (drawing !== null) outline(drawing.box, '#ffe45c', { isThick: true, text: drawing.kind });
}

/** Whether a frame lies in some others, or next to them. */
function isNear(/** @type {number} */ frame, /** @type {{ firstFrame: number, lastFrame: number }} */ range) {
  return frame >= range.firstFrame - 2 && frame <= range.lastFrame + 2;
}

/** @param {string} text @param {number} x @param {number} y @param {string} color */
function label(text, x, y, color) {
  const size = 12 * devicePixelRatio;
  context.font = `600 ${size}px system-ui, sans-serif`;
  const width = context.measureText(text).width + size * 0.8;
  context.fillStyle = color;
  context.fillRect(x, y - size * 1.5, width, size * 1.5);
  context.fillStyle = '#0b100f';
  context.fillText(text, x + size * 0.4, y - size * 0.45);
}

/** Where the picture lies on the canvas, device pixels. */
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

/** A view that does not leave the picture. */
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
  element('frame-number').textContent = `${frame + 1} / ${video.frames}`;
  const isRead = times.length >= video.frames;
  element('reading').textContent = isRead
    ? `${rateNow().toFixed(0)} fps`
    : `reading ${Math.floor((100 * times.length) / Math.max(1, video.frames))} %`;
  if (times.length > 0 && frame >= times.length) update({ frame: Math.min(frame, video.frames - 1) });
}
