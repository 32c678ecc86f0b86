import type { Box } from '../frame/box.ts';
import type { Picture } from '../frame/frame.ts';

/** Side of a close-up, pixels: a multiple of every stride. */
export const CLOSE_UP_SIDE = 96;

/** A close-up is this many times as wide as the longer side of the box; same as in `training/veilface/crops.py`. */
export const CONTEXT = 3;

/** Beyond this enlargement a larger picture is used. */
const ENLARGED = 0.8;

/**
 * A square picture around a box, black outside the picture, from the smallest picture with enough pixels.
 *
 * @param pictures the same moment at several sizes, largest first
 * @param box in pixels of the first picture
 */
export function closeUp(pictures: readonly Picture[], box: Box): Picture {
  const { x, y, width, height } = box;
  const first = pictures[0]!;
  const window = CONTEXT * Math.max(width, height);
  const pixels = ENLARGED * CLOSE_UP_SIDE;
  const picture = pictures.findLast((each) => (window * each.width) / first.width >= pixels) ?? first;
  const scale = picture.width / first.width;
  const samples = Math.max(1, Math.round((window * scale) / CLOSE_UP_SIDE));
  const across = samplesOf((x + width / 2 - window / 2) * scale, window * scale, samples, picture.width);
  const down = samplesOf((y + height / 2 - window / 2) * scale, window * scale, samples, picture.height);
  return { width: CLOSE_UP_SIDE, height: CLOSE_UP_SIDE, data: resampled(picture, across, down, samples) };
}

/** Interpolation along one axis: the two pixels and their weights for each sample; zero outside the picture. */
interface Samples {
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly beforeCounts: Float64Array;
  readonly afterCounts: Float64Array;
}

function samplesOf(start: number, length: number, samples: number, size: number): Samples {
  const count = CLOSE_UP_SIDE * samples;
  const [before, after] = [new Int32Array(count), new Int32Array(count)];
  const [beforeCounts, afterCounts] = [new Float64Array(count), new Float64Array(count)];
  for (let index = 0; index < count; index += 1) {
    const place = start + ((index + 0.5) * length) / count - 0.5;
    const pixel = Math.floor(place);
    if (pixel >= 0 && pixel < size) [before[index], beforeCounts[index]] = [pixel, 1 - place + pixel];
    if (pixel + 1 >= 0 && pixel + 1 < size) [after[index], afterCounts[index]] = [pixel + 1, place - pixel];
  }
  return { before, after, beforeCounts, afterCounts };
}

/** Bilinear resampling: each pixel is the mean of `samples` × `samples` interpolated values. */
function resampled({ width, data }: Picture, across: Samples, down: Samples, samples: number): Uint8Array {
  const into = new Uint8Array(3 * CLOSE_UP_SIDE * CLOSE_UP_SIDE);
  const sums = new Float64Array(3 * CLOSE_UP_SIDE);
  const share = 1 / samples ** 2;
  for (let row = 0; row < CLOSE_UP_SIDE; row += 1) {
    sums.fill(0.5);
    for (let j = row * samples; j < (row + 1) * samples; j += 1) {
      const [above, below] = [3 * width * down.before[j]!, 3 * width * down.after[j]!];
      const [high, low] = [share * down.beforeCounts[j]!, share * down.afterCounts[j]!];
      for (let i = 0, to = 0; to < sums.length; to += 3) {
        for (const end = i + samples; i < end; i += 1) {
          addPixel(sums, to, data, above + 3 * across.before[i]!, high * across.beforeCounts[i]!);
          addPixel(sums, to, data, above + 3 * across.after[i]!, high * across.afterCounts[i]!);
          addPixel(sums, to, data, below + 3 * across.before[i]!, low * across.beforeCounts[i]!);
          addPixel(sums, to, data, below + 3 * across.after[i]!, low * across.afterCounts[i]!);
        }
      }
    }
    into.set(sums, row * sums.length);
  }
  return into;
}

function addPixel(sums: Float64Array, to: number, data: Uint8Array, from: number, counts: number): void {
  sums[to]! += counts * data[from]!;
  sums[to + 1]! += counts * data[from + 1]!;
  sums[to + 2]! += counts * data[from + 2]!;
}
