import type { Plane, Samples } from '../frame/frame.ts';
import type { Arena } from './arena.ts';
import type { Cover } from './cells.ts';
import { edgeOf, type Edge } from './edge.ts';
import { mosaicSquare } from './grid.ts';
import { cellStarts, mixCells, throughCell } from './interpolate.ts';
import type { Drawing } from './painter.ts';
import type { Region } from './regions.ts';
import type { RowBlend } from './row-blend.ts';
import { spansOf, type Spans } from './spans.ts';

export interface LayerOptions {
  readonly plane: Plane;
  readonly index: number;
  readonly drawing: Drawing;
  readonly arena: Arena;
}

/** One head in one plane, drawn by the CPU. Valid as long as the arena of its arrays. */
export class Layer {
  readonly #head: Region;
  readonly #plane: Plane;
  readonly #spans: Spans;
  readonly #across: number;
  readonly #drawing: Drawing;
  readonly #grid: number;
  readonly #edge: Edge;
  /** First sample of each cell in a row, and the end of the last one. */
  readonly #starts: Int32Array;
  /** Cells interpolated for each row of samples, with the edge cells of each row repeated once. */
  readonly #mixedRows: Float64Array;
  /** Maps samples to cells along a row: `#origin` + `#step` × sample. */
  readonly #origin: number;
  readonly #step: number;

  /** @param index of the plane */
  constructor({ head, across, values }: Cover, { plane, index, drawing, arena }: LayerOptions) {
    this.#head = head;
    this.#plane = plane;
    this.#spans = spansOf(head, plane, (count) => arena.ints(count));
    this.#across = across;
    this.#drawing = drawing;
    this.#grid = drawing === 'flat' ? mosaicSquare(head, across) : 1;
    this.#edge = edgeOf(head, plane);
    this.#starts = cellStarts(head.centerX, head.radiusX, across, plane.shiftX, this.#grid);
    const cells = values.subarray(index * across * across, (index + 1) * across * across);
    this.#mixedRows = this.#mixRows(cells, arena);
    this.#step = ((1 << plane.shiftX) * across) / (2 * head.radiusX);
    this.#origin = (((0.5 * (1 << plane.shiftX) - head.centerX) / head.radiusX + 1) / 2) * across;
  }

  /** The first row that it may change, and the end of these rows, exclusive. */
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

  /** The end, exclusive, of the samples that it may change in a row; at most the start if there are none. */
  endOf(y: number): number {
    return this.#spans.data[(y - this.#spans.top) * 4 + 3]!;
  }

  /**
   * Draws a row without overlapping covers: ring and protected shape.
   *
   * @param line buffer for a row of samples
   */
  drawRow(data: Samples, y: number, line: Samples): void {
    const row = y - this.#spans.top;
    const spans = this.#spans.data;
    const at = this.#plane.offset + y * this.#plane.width;
    const ringStart = spans[row * 4]!;
    const start = spans[row * 4 + 1]!;
    const end = spans[row * 4 + 2]!;
    const ringEnd = spans[row * 4 + 3]!;
    if (end > start) this.#paint(data, at, row, start, end);
    if (start > ringStart) this.#drawRing(data, at, row, ringStart, start, line);
    if (ringEnd > end) this.#drawRing(data, at, row, end, ringEnd, line);
  }

  /**
   * Adds its samples in one row of the plane to those of the other layers.
   *
   * @param line buffer for a row of samples
   */
  addTo(blend: RowBlend, y: number, line: Samples): void {
    const row = y - this.#spans.top;
    const spans = this.#spans.data;
    const from = spans[row * 4]!;
    const to = spans[row * 4 + 3]!;
    this.#paint(line, 0, row, from, to);
    blend.add(y, this.#spans, this.#edge, line);
  }

  #drawRing(data: Samples, at: number, row: number, from: number, to: number, line: Samples): void {
    this.#paint(line, 0, row, from, to);
    const shares = this.#edge.shares(this.#spans.top + row, from, to);
    for (let x = from; x < to; x++) {
      const original = data[at + x]!;
      data[at + x] = (original + (line[x]! - original) * shares[x - from]! + 0.5) | 0;
    }
  }

  /** Writes the cover of samples `from`…`to` of a row, each to its place + `shift`. */
  #paint(target: Samples, shift: number, row: number, from: number, to: number): void {
    const across = this.#across;
    const mixed = this.#mixedRows;
    const starts = this.#starts;
    const isFlat = this.#drawing === 'flat';
    const step = this.#step;
    const at = row * (across + 2) + 1;
    const begin = starts[0]!;
    const last = starts[across]!;
    // Not `fill`: the call takes longer than the samples beyond the cells.
    const leftmost = (mixed[at]! + 0.5) | 0;
    for (let i = from + shift; i < Math.min(to, begin) + shift; i++) target[i] = leftmost;
    const rightmost = (mixed[at + across - 1]! + 0.5) | 0;
    for (let i = Math.max(from, last) + shift; i < to + shift; i++) target[i] = rightmost;
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
      // The B-spline of `mixCells` as a polynomial of the position in the cell, rounded.
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

  #mixRows(cells: Float32Array, arena: Arena): Float64Array {
    const across = this.#across;
    const { top, rows } = this.#spans;
    const { centerY, radiusY } = this.#head;
    const { shiftY } = this.#plane;
    const starts = cellStarts(centerY, radiusY, across, shiftY, this.#grid);
    const mixed = arena.doubles(rows * (across + 2));
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
