import type { Plane, Samples } from '../frame/frame.ts';
import type { Cover } from './cells.ts';
import { edgeOf, type Edge } from './edge.ts';
import { mosaicSquare } from './grid.ts';
import { cellStarts, mixCells, throughCell } from './interpolate.ts';
import type { Drawing } from './painter.ts';
import type { Region } from './regions.ts';
import type { RowBlend } from './row-blend.ts';
import { spansOf, type Spans } from './spans.ts';

/** One head in one plane, drawn by the CPU. */
export class Layer {
  readonly #head: Region;
  readonly #plane: Plane;
  readonly #spans: Spans;
  readonly #across: number;
  readonly #drawing: Drawing;
  readonly #grid: number;
  readonly #edge: Edge;
  /** The samples of a row at which cells begin, and where the last one ends. */
  readonly #starts: Int32Array;
  /** The cells mixed for every row of samples, each row's edge cells repeated once. */
  readonly #mixedRows: Float64Array;
  /** What covers the current row, from sample `#left` on. */
  readonly #left: number;
  readonly #line: Uint16Array;
  /** From samples to cells along a row: `#origin` + `#step` × sample. */
  readonly #origin: number;
  readonly #step: number;

  constructor({ head, across, values }: Cover, plane: Plane, index: number, drawing: Drawing) {
    this.#head = head;
    this.#plane = plane;
    this.#spans = spansOf(head, plane);
    this.#across = across;
    this.#drawing = drawing;
    this.#grid = drawing === 'flat' ? mosaicSquare(head, across) : 1;
    this.#edge = edgeOf(head, plane);
    this.#starts = cellStarts(head.centerX, head.radiusX, across, plane.shiftX, this.#grid);
    const cells = values.subarray(index * across * across, (index + 1) * across * across);
    this.#mixedRows = this.#mixRows(cells);
    this.#left = this.#spans.left;
    this.#line = new Uint16Array(this.#spans.right - this.#spans.left);
    this.#step = ((1 << plane.shiftX) * across) / (2 * head.radiusX);
    this.#origin = (((0.5 * (1 << plane.shiftX) - head.centerX) / head.radiusX + 1) / 2) * across;
  }

  /** The first row of which it may change samples, and the end of these rows, exclusive. */
  get top(): number {
    return this.#spans.top;
  }

  get bottom(): number {
    return this.#spans.top + this.#spans.rows;
  }

  /** The first sample of a row that it may change. */
  startOf(y: number): number {
    return this.#spans.data[(y - this.#spans.top) * 4]!;
  }

  /** The end, exclusive, of what it may change of a row: no more than the start where that is nothing. */
  endOf(y: number): number {
    return this.#spans.data[(y - this.#spans.top) * 4 + 3]!;
  }

  /** Draws a row of which no other covers the same samples: ring and protected shape. */
  drawRow(data: Samples, y: number): void {
    const row = y - this.#spans.top;
    const spans = this.#spans.data;
    const at = this.#plane.offset + y * this.#plane.width;
    const ringStart = spans[row * 4]!;
    const start = spans[row * 4 + 1]!;
    const end = spans[row * 4 + 2]!;
    const ringEnd = spans[row * 4 + 3]!;
    if (end > start) this.#paint(data, at, row, start, end);
    if (start > ringStart) this.#drawRing(data, at, row, ringStart, start);
    if (ringEnd > end) this.#drawRing(data, at, row, end, ringEnd);
  }

  /** Adds its own samples in one row of the plane to those of the other layers. */
  addTo(blend: RowBlend, y: number): void {
    const row = y - this.#spans.top;
    const spans = this.#spans.data;
    const from = spans[row * 4]!;
    const to = spans[row * 4 + 3]!;
    this.#paint(this.#line, -this.#left, row, from, to);
    const [start, end] = [spans[row * 4 + 1]!, spans[row * 4 + 2]!];
    blend.add({ y, from, start, end, to }, this.#edge, this.#line, this.#left);
  }

  #drawRing(data: Samples, at: number, row: number, from: number, to: number): void {
    const line = this.#line;
    const left = this.#left;
    this.#paint(line, -left, row, from, to);
    const shares = this.#edge.shares(this.#spans.top + row, from, to);
    for (let x = from; x < to; x++) {
      const original = data[at + x]!;
      data[at + x] = (original + (line[x - left]! - original) * shares[x - from]! + 0.5) | 0;
    }
  }

  /** Writes what covers samples `from`…`to` of a row, each to its place + `shift`. */
  #paint(target: Samples, shift: number, row: number, from: number, to: number): void {
    const across = this.#across;
    const mixed = this.#mixedRows;
    const starts = this.#starts;
    const isFlat = this.#drawing === 'flat';
    const step = this.#step;
    const at = row * (across + 2) + 1;
    const begin = starts[0]!;
    const last = starts[across]!;
    if (from < begin) target.fill(mixed[at]! + 0.5, from + shift, Math.min(to, begin) + shift);
    if (to > last) target.fill(mixed[at + across - 1]! + 0.5, Math.max(from, last) + shift, to + shift);
    for (let cell = 0; cell < across; cell++) {
      const first = Math.max(from, starts[cell]!);
      const end = Math.min(to, starts[cell + 1]!);
      if (end <= first) continue;
      const before = mixed[at + cell - 1]!;
      const middle = mixed[at + cell]!;
      const after = mixed[at + cell + 1]!;
      if (isFlat) {
        const value = (middle + 0.5) | 0;
        for (let i = first + shift; i < end + shift; i++) target[i] = value;
        continue;
      }
      // The B-spline of `mixCells` as a polynomial of the way through the cell, rounded.
      const square = (before + after) / 2 - middle;
      const slope = (after - before) / 2;
      const base = (before + after) / 8 + 0.75 * middle + 0.5;
      let t = this.#origin + step * first - cell - 0.5;
      for (let i = first + shift; i < end + shift; i++) {
        target[i] = ((square * t + slope) * t + base) | 0;
        t += step;
      }
    }
  }

  #mixRows(cells: Float32Array): Float64Array {
    const across = this.#across;
    const { top, rows } = this.#spans;
    const { centerY, radiusY } = this.#head;
    const { shiftY } = this.#plane;
    const starts = cellStarts(centerY, radiusY, across, shiftY, this.#grid);
    const mixed = new Float64Array(rows * (across + 2));
    let cell = 0;
    for (let row = 0; row < rows; row++) {
      while (cell < across - 1 && top + row >= starts[cell + 1]!) cell++;
      const through = throughCell(top + row, cell, across, centerY, radiusY, shiftY);
      const above = Math.max(0, cell - 1) * across;
      const here = cell * across;
      const below = Math.min(across - 1, cell + 1) * across;
      const at = row * (across + 2) + 1;
      for (let x = 0; x < across; x++) {
        mixed[at + x] = mixCells(
          cells[above + x]!,
          cells[here + x]!,
          cells[below + x]!,
          through,
          this.#drawing,
        );
      }
      mixed[at - 1] = mixed[at]!;
      mixed[at + across] = mixed[at + across - 1]!;
    }
    return mixed;
  }
}
