// Spray: while the user holds the key, the video plays at half speed, and a box follows the pointer.
import { say, warn } from './announce.js';
import { send } from './connection.js';
import { canvas } from './element.js';
import { play } from './player.js';
import { placeOf, shownBoxes } from './stage.js';
import { now, update } from './store.js';

/** Side of a new box, as a share of the picture's height. */
const SIDE = 0.18;

let place = { x: 0, y: 0 };
let isOver = false;

canvas('picture').addEventListener('pointermove', (event) => {
  place = placeOf(event);
  isOver = true;
});
canvas('picture').addEventListener('pointerleave', () => {
  isOver = false;
});

/**
 * Runs until the user releases the key.
 *
 * @param {number | null} track to change; null for a new one
 */
export function startSpray(track) {
  if (!isOver) return void warn('Move the pointer over the picture first: the box follows it.');
  const { video, frame } = now();
  const known = shownBoxes().find(([id]) => id === track);
  const [width, height] = known?.slice(3) ?? [video.height * SIDE * 0.8, video.height * SIDE];
  /** @type {Map<number, [number, number, number, number, number]>} */
  const rows = new Map();
  const note = () => {
    const at = now().frame;
    const [x, y] = [place.x - width / 2, place.y - height / 2];
    rows.set(at, [at, x, y, width, height]);
    update({ drawing: { kind: 'box', box: { x, y, width, height } } });
  };
  note();
  const timer = setInterval(note, 16);
  play(0.5);
  say('Spraying: follow the face with the pointer.');
  const stop = (/** @type {Event} */ event) => {
    if (event instanceof KeyboardEvent && event.key.toLowerCase() !== 'b') return;
    removeEventListener('keyup', stop);
    removeEventListener('blur', stop);
    clearInterval(timer);
    play(0);
    update({ drawing: null });
    finish(track, filled([...rows.values()].filter(([at]) => at >= frame)));
  };
  addEventListener('keyup', stop);
  addEventListener('blur', stop);
}

/** @param {number | null} track @param {[number, number, number, number, number][]} rows */
function finish(track, rows) {
  if (rows.length === 0) return;
  send({
    type: 'edit',
    edit: track === null ? { type: 'add', rows, isKeyed: false } : { type: 'rows', track, rows },
  });
}

/**
 * A row for each frame: interpolates frames that playback skipped.
 *
 * @param {[number, number, number, number, number][]} rows
 */
function filled(rows) {
  const sorted = rows.sort(([a], [b]) => a - b);
  return sorted.flatMap((row, index) => {
    const next = sorted[index + 1];
    if (next === undefined) return [row];
    const count = next[0] - row[0];
    return Array.from({ length: count }, (_, step) => {
      const t = step / count;
      return /** @type {[number, number, number, number, number]} */ (
        row.map((value, column) => (column === 0 ? row[0] + step : value + (next[column] - value) * t))
      );
    });
  });
}
