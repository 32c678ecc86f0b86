import type { Frame } from '../frame/frame.ts';
import { NO_SHIFT, type Shift } from '../frame/scene-change.ts';
import { median } from '../base/median.ts';

/** Cells along the longer side of the small picture for matching; each is the mean of some pixels. */
const CELLS = 128;
const SAMPLES = 2;

/** Block size of the matching, in cells. */
const BLOCK = 16;

/** Largest motion between two frames, in cells: a sixteenth of the longer side. */
const FURTHEST = 8;

/** Below this mean difference of adjacent cells, 0…255, a block has too little texture to match. */
const PLAIN = 1.5;

/** A match counts only if its cost is at most this share of the highest one. */
const DISTINCT = 0.5;

/** Tolerance for agreeing blocks, in cells, and the share of blocks that must agree. */
const AGREEMENT = 1;
const QUORUM = 0.5;

/** Largest zoom between two frames; blocks that move further are not found anyway. */
const LARGEST_STRETCH = 0.15;

/** Minimum number of agreeing blocks for a zoom; fewer give only a translation. */
const ENOUGH = 6;

/**
 * Estimates camera motion, translation and zoom between frames, by block matching (as in video coding) on a small
 * picture. Without agreement of most blocks, as when something fills the picture, it returns no motion.
 */
export class CameraMotion {
  #previous: Cells | null = null;

  /** Motion since the previous frame; none for the first. */
  next(frame: Frame): Shift {
    const previous = this.#previous;
    const current = shrink(frame);
    this.#previous = current;
    if (previous?.columns !== current.columns || previous.rows !== current.rows) return NO_SHIFT;
    return agreed(
      blocks(current).flatMap((block) => match(previous, current, block)),
      current.cell,
    );
  }
}

/** A small picture. */
interface Cells {
  readonly columns: number;
  readonly rows: number;
  /** Frame pixels per cell side. */
  readonly cell: number;
  /** Sums of `SAMPLES` × `SAMPLES` pixels: integers, `LEVEL` times their mean. */
  readonly values: Int32Array;
}

/** Size of one grey level in the sum of a cell. */
const LEVEL = SAMPLES ** 2;

/** Top left cell of a block. */
interface Block {
  readonly x: number;
  readonly y: number;
}

/** Downscales the first plane: luma, or green for stills. */
function shrink({ width, height, data }: Frame): Cells {
  const cell = Math.max(1, Math.max(width, height) / CELLS);
  const [columns, rows] = [Math.floor(width / cell), Math.floor(height / cell)];
  const values = new Int32Array(columns * rows);
  const across = places(columns, cell);
  const down = places(rows, cell);
  for (let at = 0, row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1, at += 1) {
      let sum = 0;
      for (let y = 0; y < SAMPLES; y += 1) {
        const line = down[row * SAMPLES + y]! * width;
        for (let x = 0; x < SAMPLES; x += 1) sum += data[line + across[column * SAMPLES + x]!]!;
      }
      values[at] = sum;
    }
  }
  return { columns, rows, cell, values };
}

/** Positions of the pixels to read along a side, `SAMPLES` per cell. */
function places(cells: number, cell: number): Int32Array {
  return Int32Array.from({ length: cells * SAMPLES }, (_, index) =>
    Math.floor(((index + 0.5) / SAMPLES) * cell),
  );
}

/** Blocks whose search range lies inside the picture. */
function blocks({ columns, rows }: Cells): Block[] {
  const result: Block[] = [];
  for (let y = FURTHEST; y + BLOCK + FURTHEST <= rows; y += BLOCK) {
    for (let x = FURTHEST; x + BLOCK + FURTHEST <= columns; x += BLOCK) result.push({ x, y });
  }
  return result;
}

/** Centre of a block, and its motion, in fractional cells. */
interface Move extends Block {
  readonly dx: number;
  readonly dy: number;
}

/** Motion of a block; empty if it can't be determined. */
function match(before: Cells, after: Cells, block: Block): Move[] {
  if (texture(after, block) < PLAIN) return [];
  const coarse = lowest(before, after, block, { x: 0, y: 0 }, FURTHEST, 2);
  const { x, y, value, highest } = lowest(before, after, block, coarse, 1, 1);
  const cost = (toX: number, toY: number): number => difference(before, after, block, toX, toY, 1);
  if (Math.max(Math.abs(x), Math.abs(y)) >= FURTHEST) return [];
  if (value > DISTINCT * Math.max(highest, coarse.highest)) return [];
  return [
    {
      x: block.x + BLOCK / 2,
      y: block.y + BLOCK / 2,
      dx: x + vertex(cost(x - 1, y), value, cost(x + 1, y)),
      dy: y + vertex(cost(x, y - 1), value, cost(x, y + 1)),
    },
  ];
}

/** The shift with the lowest cost around another one, and the highest cost. In a tie, no motion wins. */
function lowest(
  before: Cells,
  after: Cells,
  block: Block,
  around: Block,
  reach: number,
  step: number,
): Block & { readonly value: number; readonly highest: number } {
  let { x: bestX, y: bestY } = around;
  let value = difference(before, after, block, bestX, bestY, step);
  let highest = value;
  for (let y = around.y - reach; y <= around.y + reach; y += step) {
    for (let x = around.x - reach; x <= around.x + reach; x += step) {
      const cost = difference(before, after, block, x, y, step);
      if (cost < value) [bestX, bestY, value] = [x, y, cost];
      highest = Math.max(highest, cost);
    }
  }
  return { x: bestX, y: bestY, value, highest };
}

/** Mean difference between a block and the previous picture, shifted by (x, y). Uses every `step`-th cell. */
function difference(before: Cells, after: Cells, block: Block, x: number, y: number, step: number): number {
  const { columns, values: now } = after;
  const { values: then } = before;
  const back = -y * columns - x;
  let sum = 0;
  for (let row = block.y; row < block.y + BLOCK; row += step) {
    const start = row * columns + block.x;
    for (let at = start; at < start + BLOCK; at += step) sum += Math.abs(now[at]! - then[at + back]!);
  }
  return sum / (LEVEL * (BLOCK / step) ** 2);
}

/** Mean difference of adjacent cells, the smaller of both directions: a straight edge fixes only one direction. */
function texture({ columns, values }: Cells, block: Block): number {
  let across = 0;
  let down = 0;
  for (let row = block.y; row < block.y + BLOCK; row += 1) {
    for (let at = row * columns + block.x, end = at + BLOCK; at < end; at += 1) {
      across += Math.abs(values[at]! - values[at + 1]!);
      down += Math.abs(values[at]! - values[at + columns]!);
    }
  }
  return Math.min(across, down) / (LEVEL * BLOCK ** 2);
}

/** The motion on which most blocks agree, in pixels. */
function agreed(moves: readonly Move[], cell: number): Shift {
  const stretched = agreeing(moves, stretchOf(moves));
  const moved = agreeing(moves, 0);
  const quorum = Math.max(1, QUORUM * moves.length);
  // A zoom must have at least as many agreeing blocks as a translation.
  if (stretched.length >= Math.max(ENOUGH, moved.length, quorum)) {
    const zoomed = fitted(stretched);
    if (Math.abs(zoomed.stretch) <= LARGEST_STRETCH) return shiftOf(zoomed, cell);
  }
  return moved.length < quorum ? NO_SHIFT : shiftOf({ ...meanOf(moved), stretch: 0 }, cell);
}

function shiftOf(
  { stretch, dx, dy }: { readonly stretch: number; readonly dx: number; readonly dy: number },
  cell: number,
): Shift {
  // With d(p) = stretch · p + (dx, dy) at a block's new place p, its old place is p - d(p).
  const zoom = 1 / (1 - stretch);
  return { x: zoom * cell * dx, y: zoom * cell * dy, zoom };
}

/** Slope of block motion over block position, as the median over pairs of blocks (Theil–Sen). */
function stretchOf(moves: readonly Move[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < moves.length; i += 1) {
    for (let j = i + 1; j < moves.length; j += 1) {
      const [a, b] = [moves[i]!, moves[j]!];
      const [x, y] = [b.x - a.x, b.y - a.y];
      slopes.push((x * (b.dx - a.dx) + y * (b.dy - a.dy)) / (x * x + y * y));
    }
  }
  return slopes.length === 0 ? 0 : median(slopes);
}

/** The blocks that moved like the median one, apart from the stretch. */
function agreeing(moves: readonly Move[], stretch: number): Move[] {
  const rest = moves.map((move) => ({ move, x: move.dx - stretch * move.x, y: move.dy - stretch * move.y }));
  const [x, y] = [median(rest.map((each) => each.x)), median(rest.map((each) => each.y))];
  return rest
    .filter((each) => Math.abs(each.x - x) <= AGREEMENT && Math.abs(each.y - y) <= AGREEMENT)
    .map(({ move }) => move);
}

/** Least squares: d = stretch · p + (dx, dy), for both axes together. */
function fitted(moves: readonly Move[]): { stretch: number; dx: number; dy: number } {
  const { x, y, dx, dy } = meanOf(moves);
  let shared = 0;
  let square = 0;
  for (const move of moves) {
    shared += (move.x - x) * (move.dx - dx) + (move.y - y) * (move.dy - dy);
    square += (move.x - x) ** 2 + (move.y - y) ** 2;
  }
  const stretch = shared / square;
  return { stretch, dx: dx - stretch * x, dy: dy - stretch * y };
}

function meanOf(moves: readonly Move[]): Move {
  const mean = (of: (move: Move) => number): number =>
    moves.reduce((sum, move) => sum + of(move), 0) / moves.length;
  return { x: mean((m) => m.x), y: mean((m) => m.y), dx: mean((m) => m.dx), dy: mean((m) => m.dy) };
}

/** Minimum of a parabola through three adjacent values, relative to the middle one: -0.5…0.5. */
function vertex(left: number, middle: number, right: number): number {
  const curvature = left - 2 * middle + right;
  return curvature <= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (left - right) / (2 * curvature)));
}
