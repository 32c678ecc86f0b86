import { planesOf, samplesOf, type Frame, type Plane, type Samples } from '../frame/frame.ts';
import type { Cover } from './cells.ts';
import type { Drawing, Painter } from './painter.ts';
import { Layer } from './layer.ts';
import { RowBlend } from './row-blend.ts';

/** The reference: plain loops over the heads' samples, nothing else of the frame is touched. */
export class CpuPainter implements Painter {
  readonly description = 'cpu';
  #blend = new RowBlend(0);

  averages(frame: Frame, rects: readonly Int32Array[]): Promise<Float64Array[]> {
    const planes = planesOf(frame.format, frame.width, frame.height);
    return Promise.resolve(rects.map((list) => averagesOf(frame, planes, list)));
  }

  draw(frame: Frame, covers: readonly Cover[], drawing: Drawing): Promise<void> {
    const data = samplesOf(frame);
    if (this.#blend.width < frame.width) this.#blend = new RowBlend(frame.width);
    planesOf(frame.format, frame.width, frame.height).forEach((plane, index) => {
      const layers = covers.map((cover) => new Layer(cover, plane, index, drawing));
      drawLayers(layers, { plane, data, blend: this.#blend });
    });
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Surface {
  readonly plane: Plane;
  readonly data: Samples;
  readonly blend: RowBlend;
}

/** Draws row by row, blended where several layers cover the same samples. */
function drawLayers(layers: readonly Layer[], surface: Surface): void {
  const sorted = layers.toSorted((a, b) => a.top - b.top);
  let next = 0;
  let active: Layer[] = [];
  for (let y = sorted[0]?.top ?? 0; active.length > 0 || next < sorted.length; y++) {
    if (active.some(({ bottom }) => bottom <= y)) active = active.filter(({ bottom }) => bottom > y);
    for (; next < sorted.length && sorted[next]!.top <= y; next += 1) active.push(sorted[next]!);
    drawRow(active, y, surface);
  }
}

function drawRow(active: readonly Layer[], y: number, surface: Surface): void {
  if (active.length === 1) {
    active[0]!.drawRow(surface.data, y);
    return;
  }
  const row = active
    .filter((layer) => layer.endOf(y) > layer.startOf(y))
    .sort((a, b) => a.startOf(y) - b.startOf(y));
  for (let first = 0; first < row.length;) {
    let end = row[first]!.endOf(y);
    let next = first + 1;
    while (next < row.length && row[next]!.startOf(y) < end) {
      end = Math.max(end, row[next]!.endOf(y));
      next += 1;
    }
    drawRun(row.slice(first, next), { y, end }, surface);
    first = next;
  }
}

/** Draws layers of which each covers samples of the one before. */
function drawRun(
  run: readonly Layer[],
  { y, end }: { readonly y: number; readonly end: number },
  { plane, data, blend }: Surface,
): void {
  if (run.length === 1) {
    run[0]!.drawRow(data, y);
    return;
  }
  for (const layer of run) layer.addTo(blend, y);
  blend.draw(data, plane.offset + y * plane.width, run[0]!.startOf(y), end);
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
