import type { Frame } from '../frame/frame.ts';
import { NO_SHIFT, type Shift } from '../frame/scene-change.ts';
import { median } from '../base/median.ts';

/** Cells along the longer side of the small picture that is matched; each is the mean of some pixels. */
const CELLS = 128;
const SAMPLES = 2;

/** The picture is matched in blocks of so many cells, which have to agree. */
const BLOCK = 16;

/** Cells that the picture moves from one frame to the next at most: a sixteenth of the longer side. */
const FURTHEST = 8;

/** Mean difference of neighbouring cells, 0…255, under which a block is too plain to tell where it went. */
const PLAIN = 1.5;

/** A block's best place must fit so much better than its worst to count. */
const DISTINCT = 0.5;

/** Cells by which blocks may be away from where the others say that they are, and the share that must not be further. */
const AGREEMENT = 1;
const QUORUM = 0.5;

/** No camera zooms faster than this from one frame to the next, and blocks that move so far are not found any more. */
const LARGEST_STRETCH = 0.15;

/** Blocks that have to agree for a zoom; fewer only tell how far the picture moved. */
const ENOUGH = 6;

/**
 * How the camera moves, from frame to frame, by block matching (as video coders do) on a small picture: how far, and
 * how much larger everything becomes. Where most blocks don't agree, as when something fills the picture, the answer is no
 * motion.
 */
export class CameraMotion {
  #previous: Cells | null = null;

  /** How the picture moved from the frame before; the first time, not at all. */
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
  /** Pixels of the frame along one side of a cell. */
  readonly cell: number;
  readonly values: Float32Array;
}

/** Top left cell of a block. */
interface Block {
  readonly x: number;
  readonly y: number;
}

/** Of the first plane: luma, or green for stills. */
function shrink({ width, height, data }: Frame): Cells {
  const cell = Math.max(1, Math.max(width, height) / CELLS);
  const [columns, rows] = [Math.floor(width / cell), Math.floor(height / cell)];
  const values = new Float32Array(columns * rows);
  const across = places(columns, cell);
  const down = places(rows, cell);
  for (let at = 0, row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1, at += 1) {
      let sum = 0;
      for (let y = 0; y < SAMPLES; y += 1) {
        const line = down[row * SAMPLES + y]! * width;
        for (let x = 0; x < SAMPLES; x += 1) sum += data[line + across[column * SAMPLES + x]!]!;
      }
      values[at] = sum / SAMPLES ** 2;
    }
  }
  return { columns, rows, cell, values };
}

/** Pixels along a side that are read, `SAMPLES` for each cell. */
function places(cells: number, cell: number): Int32Array {
  return Int32Array.from({ length: cells * SAMPLES }, (_, index) =>
    Math.floor(((index + 0.5) / SAMPLES) * cell),
  );
}

/** Those that stay inside the picture wherever they came from. */
function blocks({ columns, rows }: Cells): Block[] {
  const result: Block[] = [];
  for (let y = FURTHEST; y + BLOCK + FURTHEST <= rows; y += BLOCK) {
    for (let x = FURTHEST; x + BLOCK + FURTHEST <= columns; x += BLOCK) result.push({ x, y });
  }
  return result;
}

/** Where a block is, its middle, and how far it moved: cells with fractions. */
interface Move extends Block {
  readonly dx: number;
  readonly dy: number;
}

/** How far a block moved; nothing where that can't be told. */
function match(before: Cells, after: Cells, block: Block): Move[] {
  if (texture(after, block) < PLAIN) return [];
  const cost = (x: number, y: number, step: number): number => difference(before, after, block, x, y, step);
  const coarse = lowest(cost, { x: 0, y: 0 }, FURTHEST, 2);
  const { x, y, value, highest } = lowest(cost, coarse, 1, 1);
  if (Math.max(Math.abs(x), Math.abs(y)) >= FURTHEST) return [];
  if (value > DISTINCT * Math.max(highest, coarse.highest)) return [];
  return [
    {
      x: block.x + BLOCK / 2,
      y: block.y + BLOCK / 2,
      dx: x + vertex(cost(x - 1, y, 1), value, cost(x + 1, y, 1)),
      dy: y + vertex(cost(x, y - 1, 1), value, cost(x, y + 1, 1)),
    },
  ];
}

/** The shift around another one that costs least, and what the worst one costs. No motion wins a tie. */
function lowest(
  cost: (x: number, y: number, step: number) => number,
  around: Block,
  reach: number,
  step: number,
): Block & { readonly value: number; readonly highest: number } {
  let best = { ...around, value: cost(around.x, around.y, step) };
  let highest = best.value;
  for (let y = around.y - reach; y <= around.y + reach; y += step) {
    for (let x = around.x - reach; x <= around.x + reach; x += step) {
      const value = cost(x, y, step);
      if (value < best.value) best = { x, y, value };
      highest = Math.max(highest, value);
    }
  }
  return { ...best, highest };
}

/** Mean difference of a block from what was there before, if it moved by (x, y). Every `step`-th cell counts. */
function difference(before: Cells, after: Cells, block: Block, x: number, y: number, step: number): number {
  let sum = 0;
  for (let row = block.y; row < block.y + BLOCK; row += step) {
    const here = row * after.columns;
    const there = (row - y) * after.columns - x;
    for (let column = block.x; column < block.x + BLOCK; column += step) {
      sum += Math.abs(after.values[here + column]! - before.values[there + column]!);
    }
  }
  return sum / (BLOCK / step) ** 2;
}

/** Mean difference of cells that are neighbours, the lesser of across and down: a straight edge tells one of two. */
function texture({ columns, values }: Cells, block: Block): number {
  let across = 0;
  let down = 0;
  for (let row = block.y; row < block.y + BLOCK; row += 1) {
    for (let at = row * columns + block.x, end = at + BLOCK; at < end; at += 1) {
      across += Math.abs(values[at]! - values[at + 1]!);
      down += Math.abs(values[at]! - values[at + columns]!);
    }
  }
  return Math.min(across, down) / BLOCK ** 2;
}

/** What most blocks agree on, in pixels. */
function agreed(moves: readonly Move[], cell: number): Shift {
  const stretched = agreeing(moves, stretchOf(moves));
  const moved = agreeing(moves, 0);
  const quorum = Math.max(1, QUORUM * moves.length);
  // A zoom has to bring more blocks together than moving alone does, or as many.
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
  // A block that was at p before is at p + d(p) now, with d(p) = stretch · p + (dx, dy) of where it is now.
  const zoom = 1 / (1 - stretch);
  return { x: zoom * cell * dx, y: zoom * cell * dy, zoom };
}

/** How much further a block moved for each cell that it is further away, as most pairs of blocks say (Theil–Sen). */
function stretchOf(moves: readonly Move[]): number {
  const slopes: number[] = [];
  for (const [index, a] of moves.entries()) {
    for (const b of moves.slice(index + 1)) {
      const [x, y] = [b.x - a.x, b.y - a.y];
      slopes.push((x * (b.dx - a.dx) + y * (b.dy - a.dy)) / (x * x + y * y));
    }
  }
  return slopes.length === 0 ? 0 : median(slopes);
}

/** The blocks that moved as the middle one did, but for the stretch. */
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

/** Where a parabola through three neighbouring values is lowest, from the middle one: -0.5…0.5. */
function vertex(left: number, middle: number, right: number): number {
  const curvature = left - 2 * middle + right;
  return curvature <= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (left - right) / (2 * curvature)));
}
