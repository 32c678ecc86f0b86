import { planesOf, sampleBytes, samplesOf, type Frame, type Plane, type Samples } from '../frame/frame.ts';
import { Arena } from './arena.ts';
import type { Cover } from './cells.ts';
import type { Drawing, Painter } from './painter.ts';
import { Layer } from './layer.ts';
import { RowBlend } from './row-blend.ts';

/** The reference implementation: plain loops over the samples of heads; other samples stay untouched. */
export class CpuPainter implements Painter {
  readonly description = 'cpu';
  readonly #arena = new Arena();
  #blend = new RowBlend(0);
  #line: Samples = new Uint8Array(0);

  averages(frame: Frame, rects: readonly Int32Array[]): Promise<Float64Array[]> {
    const planes = planesOf(frame.format, frame.width, frame.height);
    return Promise.resolve(rects.map((list) => averagesOf(frame, planes, list)));
  }

  draw(frame: Frame, covers: readonly Cover[], drawing: Drawing): Promise<void> {
    const data = samplesOf(frame);
    const arena = this.#arena;
    this.#makeRoom(frame);
    planesOf(frame.format, frame.width, frame.height).forEach((plane, index) => {
      arena.reset();
      const layers = covers.map((cover) => new Layer(cover, { plane, index, drawing, arena }));
      drawLayers(layers, { plane, data, blend: this.#blend, line: this.#line });
    });
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #makeRoom({ width, format }: Frame): void {
    const bytes = sampleBytes(format);
    if (this.#blend.width < width) this.#blend = new RowBlend(width);
    if (this.#line.length >= width && this.#line.BYTES_PER_ELEMENT === bytes) return;
    // The same array type as frames have: loops over two types are slower.
    this.#line = bytes === 1 ? new Uint8Array(width) : new Uint16Array(width);
  }
}

interface Surface {
  readonly plane: Plane;
  readonly data: Samples;
  readonly blend: RowBlend;
  /** Buffer for a row of samples. */
  readonly line: Samples;
}

/** Draws row by row; blends where layers overlap. */
function drawLayers(layers: readonly Layer[], surface: Surface): void {
  const sorted = layers.toSorted((a, b) => a.top - b.top);
  const row = new Row();
  let next = 0;
  let active: Layer[] = [];
  for (let y = sorted[0]?.top ?? 0; active.length > 0 || next < sorted.length; y++) {
    if (active.some(({ bottom }) => bottom <= y)) active = active.filter(({ bottom }) => bottom > y);
    for (; next < sorted.length && sorted[next]!.top <= y; next += 1) active.push(sorted[next]!);
    if (active.length === 1) active[0]!.drawRow(surface.data, y, surface.line);
    else row.draw(active, y, surface);
  }
}

/** The layers of one row, from left to right. */
class Row {
  readonly #layers: Layer[] = [];
  #count = 0;

  draw(active: readonly Layer[], y: number, surface: Surface): void {
    this.#take(active, y);
    for (let first = 0; first < this.#count;) {
      let end = this.#layers[first]!.endOf(y);
      let next = first + 1;
      while (next < this.#count && this.#layers[next]!.startOf(y) < end) {
        end = Math.max(end, this.#layers[next]!.endOf(y));
        next += 1;
      }
      this.#drawRun(first, next, { y, end }, surface);
      first = next;
    }
  }

  /** Insertion sort: there are few layers, and it allocates no array per row. */
  #take(active: readonly Layer[], y: number): void {
    const layers = this.#layers;
    this.#count = 0;
    for (const layer of active) {
      const start = layer.startOf(y);
      if (layer.endOf(y) <= start) continue;
      let place = this.#count;
      for (; place > 0 && layers[place - 1]!.startOf(y) > start; place -= 1)
        layers[place] = layers[place - 1]!;
      layers[place] = layer;
      this.#count += 1;
    }
  }

  /** Draws a run of layers, each overlapping the one before. */
  #drawRun(
    first: number,
    next: number,
    { y, end }: { readonly y: number; readonly end: number },
    { plane, data, blend, line }: Surface,
  ): void {
    const layers = this.#layers;
    if (next === first + 1) {
      layers[first]!.drawRow(data, y, line);
      return;
    }
    for (let index = first; index < next; index += 1) layers[index]!.addTo(blend, y, line);
    blend.draw(data, plane.offset + y * plane.width, layers[first]!.startOf(y), end);
  }
}

function averagesOf(frame: Frame, planes: readonly Plane[], rects: Int32Array): Float64Array {
  const count = rects.length / 4;
  const averages = new Float64Array(count);
  const data = samplesOf(frame);
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
