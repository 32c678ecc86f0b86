// Drawing a box or a zone: by dragging, or with the arrow keys.
import { say } from './announce.js';
import { send } from './connection.js';
import { askZone } from './dialogs.js';
import { canvas } from './element.js';
import { pan, placeOf, shownBoxes, zoom } from './stage.js';
import { now, update } from './store.js';
import { select } from './targets.js';

/** @typedef {import('./types.d.ts').Box} Box */

/** Initial side of a box drawn with the keyboard, as a share of the picture's height. */
const BEGIN = 0.15;
/** Smaller drags count as clicks, pixels of the page. */
const CLICK = 4;

/** @type {number | null} the track to which the box is added as a key frame; null for a new track */
let track = null;
/** @type {{ x: number, y: number } | null} */
let from = null;
let isPanning = false;
let moved = 0;
/** Position of each finger on the picture. @type {Map<number, { clientX: number, clientY: number }>} */
const pointers = new Map();

/** Listens to pointer events on the picture. */
export function startDrawings() {
  const surface = canvas('picture');
  surface.addEventListener('pointerdown', (event) => {
    surface.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event);
    moved = 0;
    // A second finger neither draws nor selects.
    from = pointers.size > 1 ? null : placeOf(event);
    isPanning = now().drawing === null;
  });
  surface.addEventListener('pointermove', (event) => {
    if (pointers.size === 2 && pointers.has(event.pointerId)) return pinch(event);
    if (from === null) return;
    moved += Math.abs(event.movementX) + Math.abs(event.movementY);
    const { drawing } = now();
    if (drawing !== null && moved > CLICK)
      update({ drawing: { ...drawing, box: between(from, placeOf(event)) } });
    else if (isPanning) pan(event.movementX, event.movementY);
  });
  surface.addEventListener('pointercancel', (event) => {
    pointers.delete(event.pointerId);
    from = null;
  });
  surface.addEventListener('pointerup', (event) => {
    pointers.delete(event.pointerId);
    if (from !== null && moved <= CLICK && now().drawing === null) pick(placeOf(event), event.shiftKey);
    else if (from !== null && now().drawing !== null && moved > CLICK) acceptDrawing();
    from = null;
  });
}

/**
 * Begins to draw.
 *
 * @param {'box' | 'zone'} kind
 * @param {number | null} [id] of the track to which the box is added as a key frame
 */
export function startDrawing(kind, id = null) {
  const { video } = now();
  track = id;
  const height = video.height * BEGIN;
  const width = height * 0.8;
  const box = { x: (video.width - width) / 2, y: (video.height - height) / 2, width, height };
  update({ drawing: { kind, box }, isPlaying: false, doubt: null });
  canvas('picture').classList.add('is-drawing');
  say('Drag in the picture; or move it with the arrow keys, with Shift its size, and press Enter.');
}

/** @returns {boolean} whether something was being drawn */
export function cancelDrawing() {
  const wasDrawing = now().drawing !== null;
  update({ drawing: null });
  canvas('picture').classList.remove('is-drawing');
  return wasDrawing;
}

/**
 * Moves and resizes the drawing.
 *
 * @param {KeyboardEvent} event
 * @returns {boolean} whether it handled the key
 */
export function drawingKey({ key, shiftKey, altKey }) {
  const { drawing, video } = now();
  if (drawing === null) return false;
  if (key === 'Enter') {
    acceptDrawing();
    return true;
  }
  const step = altKey ? 1 : Math.max(2, Math.round(video.height / 90));
  const [dx, dy] =
    { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[key] ?? [];
  if (dx === undefined || dy === undefined) return false;
  const { x, y, width, height } = drawing.box;
  const box = shiftKey
    ? { x, y, width: Math.max(4, width + dx), height: Math.max(4, height + dy) }
    : { x: x + dx, y: y + dy, width, height };
  update({ drawing: { ...drawing, box } });
  return true;
}

function acceptDrawing() {
  const { drawing, frame } = now();
  if (drawing === null) return;
  const { x, y, width, height } = drawing.box;
  cancelDrawing();
  if (drawing.kind === 'zone') return askZone(drawing.box);
  const row = /** @type {[number, number, number, number, number]} */ ([frame, x, y, width, height]);
  send({
    type: 'edit',
    edit: track === null ? { type: 'add', rows: [row], isKeyed: true } : { type: 'key', track, row },
  });
}

/** Two fingers zoom and pan. @param {PointerEvent} event */
function pinch(event) {
  const before = [...pointers.values()];
  pointers.set(event.pointerId, event);
  const after = [...pointers.values()];
  const [was, is] = [middle(before), middle(after)];
  pan(is.clientX - was.clientX, is.clientY - was.clientY);
  zoom(distance(after) / Math.max(1, distance(before)), placeOf(is));
}

/** @param {{ clientX: number, clientY: number }[]} ends */
const middle = ([a, b]) => ({ clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 });

/** @param {{ clientX: number, clientY: number }[]} ends */
const distance = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);

/** Selects the smallest box at a place. */
function pick(/** @type {{ x: number, y: number }} */ place, /** @type {boolean} */ isMore) {
  const [hit] = shownBoxes()
    .filter(([, x, y, w, h]) => place.x >= x && place.x <= x + w && place.y >= y && place.y <= y + h)
    .sort((a, b) => a[3] * a[4] - b[3] * b[4]);
  update({ doubt: null });
  if (hit !== undefined) select([hit[0]], isMore);
  else if (!isMore) update({ selected: new Set() });
}

/** @returns {Box} */
function between(/** @type {{ x: number, y: number }} */ a, /** @type {{ x: number, y: number }} */ b) {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.max(2, Math.abs(a.x - b.x)),
    height: Math.max(2, Math.abs(a.y - b.y)),
  };
}
