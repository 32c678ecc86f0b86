import type { Box } from '../frame/box.ts';
import type { Picture } from '../frame/frame.ts';

/** Pixels of its side: a multiple of every stride. */
export const CLOSE_UP_SIDE = 96;

/** It shows so many times the longer side of the box. `training/veilface/crops.py` cuts the same. */
const CONTEXT = 3;

/** It may be enlarged so far before a larger picture is taken for it. */
const ENLARGED = 0.8;

/**
 * A square picture around a box, black beside the picture, from the smallest of the pictures that has enough pixels for it.
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

/** Along one side: between which two pixels each sample lies, and how much each counts; nothing beside the picture. */
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

/** Each pixel is the mean of `samples` × `samples` places, each between its four pixels. */
function resampled({ width, data }: Picture, across: Samples, down: Samples, samples: number): Uint8Array {
  const into = new Uint8Array(3 * CLOSE_UP_SIDE * CLOSE_UP_SIDE);
  const sums = new Float64Array(3 * CLOSE_UP_SIDE);
  for (let row = 0; row < CLOSE_UP_SIDE; row += 1) {
    sums.fill(0);
    for (let j = row * samples; j < (row + 1) * samples; j += 1) {
      const [above, below] = [down.before[j]! * width, down.after[j]! * width];
      const [aboveCounts, belowCounts] = [down.beforeCounts[j]!, down.afterCounts[j]!];
      for (let i = 0; i < across.before.length; i += 1) {
        const [left, right] = [across.before[i]!, across.after[i]!];
        const [leftCounts, rightCounts] = [across.beforeCounts[i]!, across.afterCounts[i]!];
        const to = 3 * Math.floor(i / samples);
        for (let channel = 0; channel < 3; channel += 1) {
          const upper =
            leftCounts * data[3 * (above + left) + channel]! +
            rightCounts * data[3 * (above + right) + channel]!;
          const lower =
            leftCounts * data[3 * (below + left) + channel]! +
            rightCounts * data[3 * (below + right) + channel]!;
          sums[to + channel]! += aboveCounts * upper + belowCounts * lower;
        }
      }
    }
    for (let at = 0; at < sums.length; at += 1) {
      into[row * sums.length + at] = Math.round(sums[at]! / samples ** 2);
    }
  }
  return into;
}
