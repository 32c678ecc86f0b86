import { planesOf, samplesOf, type Frame, type Plane, type Samples } from '../frame/frame.ts';
import type { Cover } from './cells.ts';
import type { Drawing, Painter } from './painter.ts';
import { Layer } from './layer.ts';
import { overlapGroups } from './overlaps.ts';
import { RowBlend } from './row-blend.ts';

/** The reference: plain loops over the heads' samples, nothing else of the frame is touched. */
export class CpuPainter implements Painter {
  readonly description = 'cpu';

  averages(frame: Frame, rects: readonly Int32Array[]): Promise<Float64Array[]> {
    const planes = planesOf(frame.format, frame.width, frame.height);
    return Promise.resolve(rects.map((list) => averagesOf(frame, planes, list)));
  }

  draw(frame: Frame, covers: readonly Cover[], drawing: Drawing): Promise<void> {
    const data = samplesOf(frame);
    planesOf(frame.format, frame.width, frame.height).forEach((plane, index) => {
      const layers = covers.map((cover) => new Layer(cover, plane, index, drawing));
      for (const group of overlapGroups(layers)) drawGroup(group, plane, data);
    });
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function drawGroup(layers: readonly Layer[], plane: Plane, data: Samples): void {
  if (layers.length === 1) {
    layers[0]!.draw(data);
    return;
  }
  const extents = layers.map(({ extent }) => extent);
  const left = Math.min(...extents.map((extent) => extent.left));
  const right = Math.max(...extents.map((extent) => extent.right));
  const bottom = Math.max(...extents.map((extent) => extent.bottom));
  const blend = new RowBlend(plane.width);
  for (let y = Math.min(...extents.map(({ top }) => top)); y < bottom; y++) {
    for (const layer of layers) layer.addTo(blend, y);
    blend.draw(data, plane.offset + y * plane.width, left, right);
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
