import { planesOf, type Frame, type Plane } from '../frame/frame.ts';
import type { Cover } from './cells.ts';
import type { Drawing, Painter } from './painter.ts';
import type { HeadRegion } from './regions.ts';
import { spansOf, type Spans } from './spans.ts';
import { taps } from './taps.ts';

/** The reference: plain loops over the heads' samples, nothing else of the frame is touched. */
export class CpuPainter implements Painter {
  readonly description = 'cpu';

  averages(frame: Frame, rects: readonly Int32Array[]): Promise<Float64Array[]> {
    const planes = planesOf(frame.format, frame.width, frame.height);
    return Promise.resolve(rects.map((list) => averagesOf(frame, planes, list)));
  }

  draw(frame: Frame, covers: readonly Cover[], drawing: Drawing): Promise<void> {
    planesOf(frame.format, frame.width, frame.height).forEach((plane, index) => {
      const layers = covers.map((cover) => new Layer(cover, plane, index, drawing));
      for (const layer of layers) layer.drawRing(frame.data);
      for (const layer of layers) layer.drawProtected(frame.data);
    });
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function averagesOf(frame: Frame, planes: readonly Plane[], rects: Int32Array): Float64Array {
  const count = rects.length / 4;
  const averages = new Float64Array(count);
  const { data } = frame;
  for (let i = 0; i < count; i++) {
    const plane = planes[Math.floor((i * 3) / count)]!;
    const x0 = rects[i * 4]!;
    const y0 = rects[i * 4 + 1]!;
    const x1 = rects[i * 4 + 2]!;
    const y1 = rects[i * 4 + 3]!;
    let sum = 0;
    for (let y = y0; y < y1; y++) {
      const row = plane.offset + y * plane.width;
      for (let at = row + x0; at < row + x1; at++) sum += data[at]!;
    }
    averages[i] = sum / ((x1 - x0) * (y1 - y0));
  }
  return averages;
}

/** One head in one plane. */
class Layer {
  readonly #head: HeadRegion;
  readonly #plane: Plane;
  readonly #spans: Spans;
  readonly #across: number;
  readonly #values: Float32Array;
  /** For the samples from `#left` on: the first of three neighbouring cells and their weights. */
  readonly #left: number;
  readonly #cells: Int32Array;
  readonly #weights: Float64Array;
  readonly #drawing: Drawing;
  /** One row of cells with its edge cells repeated, mixed for the current row. */
  readonly #mixed: Float64Array;

  constructor({ head, across, values }: Cover, plane: Plane, index: number, drawing: Drawing) {
    this.#head = head;
    this.#plane = plane;
    this.#spans = spansOf(head, plane);
    this.#across = across;
    this.#values = values.subarray(index * across * across, (index + 1) * across * across);
    this.#drawing = drawing;
    this.#mixed = new Float64Array(across + 2);
    let left = plane.width;
    let right = 0;
    for (let row = 0; row < this.#spans.rows; row++) {
      const from = this.#spans.data[row * 4]!;
      const to = this.#spans.data[row * 4 + 3]!;
      if (to <= from) continue;
      left = Math.min(left, from);
      right = Math.max(right, to);
    }
    const width = Math.max(0, right - left);
    this.#left = left;
    this.#cells = new Int32Array(width);
    this.#weights = new Float64Array(width * 3);
    for (let i = 0; i < width; i++) {
      const x = ((left + i + 0.5) * (1 << plane.shiftX) - head.centerX) / head.radiusX;
      this.#cells[i] = taps(x, across, drawing, this.#weights, i * 3);
    }
  }

  drawProtected(data: Uint8Array): void {
    const { top, rows, data: spans } = this.#spans;
    for (let row = 0; row < rows; row++) {
      const from = spans[row * 4 + 1]!;
      const to = spans[row * 4 + 2]!;
      if (to <= from) continue;
      this.#mixRow(top + row);
      const mixed = this.#mixed;
      const cells = this.#cells;
      const weights = this.#weights;
      const start = this.#plane.offset + (top + row) * this.#plane.width;
      for (let x = from; x < to; x++) {
        const i = x - this.#left;
        const c = cells[i]!;
        const w = i * 3;
        data[start + x] =
          mixed[c]! * weights[w]! + mixed[c + 1]! * weights[w + 1]! + mixed[c + 2]! * weights[w + 2]! + 0.5;
      }
    }
  }

  drawRing(data: Uint8Array): void {
    const { top, rows, data: spans } = this.#spans;
    for (let row = 0; row < rows; row++) {
      const at = row * 4;
      if (spans[at + 3]! <= spans[at]!) continue;
      this.#mixRow(top + row);
      this.#blend(data, top + row, spans[at]!, spans[at + 1]!);
      this.#blend(data, top + row, spans[at + 2]!, spans[at + 3]!);
    }
  }

  #blend(data: Uint8Array, y: number, from: number, to: number): void {
    const { centerX, centerY, radiusX, radiusY, feather, shape } = this.#head;
    const { offset, width, shiftX, shiftY } = this.#plane;
    const mixed = this.#mixed;
    const isEllipse = shape === 'ellipse';
    const dy = Math.abs((y + 0.5) * (1 << shiftY) - centerY);
    const outerX = 1 / (radiusX + feather);
    const outerY = 1 / (radiusY + feather);
    const edgeX = 1 / radiusX;
    const edgeY = 1 / radiusY;
    for (let x = from; x < to; x++) {
      const dx = Math.abs((x + 0.5) * (1 << shiftX) - centerX);
      // 0 at the protected shape, 1 where the ring ends.
      let far: number;
      if (isEllipse) {
        const outside = Math.max(0, Math.sqrt(dx * dx * edgeX * edgeX + dy * dy * edgeY * edgeY) - 1);
        const inside = Math.max(0, 1 - Math.sqrt(dx * dx * outerX * outerX + dy * dy * outerY * outerY));
        far = outside / Math.max(1e-6, outside + inside);
      } else {
        const overX = Math.max(0, dx - radiusX);
        const overY = Math.max(0, dy - radiusY);
        far = Math.min(1, Math.sqrt(overX * overX + overY * overY) / feather);
      }
      const cover = 1 - far * far * (3 - 2 * far);
      const i = x - this.#left;
      const c = this.#cells[i]!;
      const w = i * 3;
      const value =
        mixed[c]! * this.#weights[w]! +
        mixed[c + 1]! * this.#weights[w + 1]! +
        mixed[c + 2]! * this.#weights[w + 2]!;
      const target = offset + y * width + x;
      const original = data[target]!;
      data[target] = original + (value - original) * cover + 0.5;
    }
  }

  #mixRow(y: number): void {
    const across = this.#across;
    const values = this.#values;
    const mixed = this.#mixed;
    const weights = ROW_WEIGHTS;
    const at = ((y + 0.5) * (1 << this.#plane.shiftY) - this.#head.centerY) / this.#head.radiusY;
    const first = taps(at, across, this.#drawing, weights, 0);
    for (let column = 0; column < across; column++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) {
        const cell = Math.min(across - 1, Math.max(0, first + k - 1));
        sum += values[cell * across + column]! * weights[k]!;
      }
      mixed[column + 1] = sum;
    }
    mixed[0] = mixed[1]!;
    mixed[across + 1] = mixed[across]!;
  }
}

const ROW_WEIGHTS = new Float64Array(3);
