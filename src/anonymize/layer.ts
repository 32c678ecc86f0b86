import type { Plane } from '../frame/frame.ts';
import type { Cover } from './cells.ts';
import { cellStarts, mixCells, throughCell } from './interpolate.ts';
import type { Drawing } from './painter.ts';
import type { HeadRegion } from './regions.ts';
import { spansOf, type Spans } from './spans.ts';

/** One head in one plane, drawn by the CPU. */
export class Layer {
  readonly #head: HeadRegion;
  readonly #plane: Plane;
  readonly #spans: Spans;
  readonly #across: number;
  readonly #drawing: Drawing;
  /** The samples of a row at which cells begin, and where the last one ends. */
  readonly #starts: Int32Array;
  /** The cells mixed for every row of samples, each row's edge cells repeated once. */
  readonly #mixedRows: Float64Array;
  /** What covers the current row, from sample `#left` on. */
  readonly #left: number;
  readonly #line: Float64Array;

  constructor({ head, across, values }: Cover, plane: Plane, index: number, drawing: Drawing) {
    this.#head = head;
    this.#plane = plane;
    this.#spans = spansOf(head, plane);
    this.#across = across;
    this.#drawing = drawing;
    this.#starts = cellStarts(head.centerX, head.radiusX, across, plane.shiftX);
    const cells = values.subarray(index * across * across, (index + 1) * across * across);
    this.#mixedRows = this.#mixRows(cells);
    this.#left = this.#spans.left;
    this.#line = new Float64Array(this.#spans.right - this.#spans.left);
  }

  drawProtected(data: Uint8Array): void {
    const { top, rows, data: spans } = this.#spans;
    const line = this.#line;
    for (let row = 0; row < rows; row++) {
      const from = spans[row * 4 + 1]!;
      const to = spans[row * 4 + 2]!;
      if (to <= from) continue;
      this.#mixLine(top + row, from, to);
      let at = this.#plane.offset + (top + row) * this.#plane.width + from;
      for (let i = from - this.#left; i < to - this.#left; i++) data[at++] = (line[i]! + 0.5) | 0;
    }
  }

  drawRing(data: Uint8Array): void {
    const { top, rows, data: spans } = this.#spans;
    const blend = this.#head.shape === 'ellipse' ? blendEllipse : blendRectangle;
    for (let row = 0; row < rows; row++) {
      for (let side = 0; side <= 2; side += 2) {
        const from = spans[row * 4 + side]!;
        const to = spans[row * 4 + side + 1]!;
        if (to <= from) continue;
        this.#mixLine(top + row, from, to);
        blend(data, this.#head, this.#plane, top + row, from, to, this.#line, this.#left);
      }
    }
  }

  /** Leaves what covers samples `from`…`to` of row `y` in `#line`. */
  #mixLine(y: number, from: number, to: number): void {
    const across = this.#across;
    const { centerX, radiusX } = this.#head;
    const { shiftX } = this.#plane;
    const row = this.#mixedRows;
    const r = (y - this.#spans.top) * (across + 2);
    const starts = this.#starts;
    const line = this.#line;
    const left = this.#left;
    const step = ((1 << shiftX) * across) / (2 * radiusX);
    const origin = ((0.5 * (1 << shiftX) - centerX) / radiusX + 1) * 0.5 * across;
    if (from < starts[0]!) line.fill(row[r + 1]!, from - left, Math.min(to, starts[0]!) - left);
    const last = starts[across]!;
    if (to > last) line.fill(row[r + across]!, Math.max(from, last) - left, to - left);
    for (let cell = 0; cell < across; cell++) {
      const first = Math.max(from, starts[cell]!);
      const end = Math.min(to, starts[cell + 1]!);
      if (end <= first) continue;
      const before = row[r + cell]!;
      const middle = row[r + cell + 1]!;
      const after = row[r + cell + 2]!;
      if (this.#drawing === 'flat') {
        line.fill(middle, first - left, end - left);
        continue;
      }
      // The B-spline of `mixCells` as a polynomial of the way through the cell.
      const square = (before + after) / 2 - middle;
      const slope = (after - before) / 2;
      const base = (before + after) / 8 + 0.75 * middle;
      let t = origin + step * first - cell - 0.5;
      for (let i = first - left; i < end - left; i++) {
        line[i] = (square * t + slope) * t + base;
        t += step;
      }
    }
  }

  #mixRows(cells: Float32Array): Float64Array {
    const across = this.#across;
    const { top, rows } = this.#spans;
    const { centerY, radiusY } = this.#head;
    const { shiftY } = this.#plane;
    const starts = cellStarts(centerY, radiusY, across, shiftY);
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

/** From all cover at the protected shape to none where the ring ends. */
function blendEllipse(
  data: Uint8Array,
  { centerX, centerY, radiusX, radiusY, feather }: HeadRegion,
  { offset, width, shiftX, shiftY }: Plane,
  y: number,
  from: number,
  to: number,
  line: Float64Array,
  left: number,
): void {
  const scale = 1 << shiftX;
  const squareX = 1 / (radiusX * radiusX);
  const dy = ((y + 0.5) * (1 << shiftY) - centerY) / radiusY;
  const above = dy * dy - 1;
  const reach = 1 / ((1 + feather) * (1 + feather) - 1);
  const row = offset + y * width;
  for (let x = from; x < to; x++) {
    const dx = (x + 0.5) * scale - centerX;
    const far = Math.min(1, Math.max(0, (dx * dx * squareX + above) * reach));
    const cover = 1 - far * far * (3 - 2 * far);
    const original = data[row + x]!;
    data[row + x] = (original + (line[x - left]! - original) * cover + 0.5) | 0;
  }
}

function blendRectangle(
  data: Uint8Array,
  { centerX, centerY, radiusX, radiusY, feather }: HeadRegion,
  { offset, width, shiftX, shiftY }: Plane,
  y: number,
  from: number,
  to: number,
  line: Float64Array,
  left: number,
): void {
  const scale = 1 << shiftX;
  const overY = Math.max(0, Math.abs((y + 0.5) * (1 << shiftY) - centerY) / radiusY - 1) / feather;
  const row = offset + y * width;
  for (let x = from; x < to; x++) {
    const overX = Math.max(0, Math.abs((x + 0.5) * scale - centerX) / radiusX - 1) / feather;
    const near = 1 - Math.min(1, overX * overX + overY * overY);
    const cover = near * near;
    const original = data[row + x]!;
    data[row + x] = (original + (line[x - left]! - original) * cover + 0.5) | 0;
  }
}
