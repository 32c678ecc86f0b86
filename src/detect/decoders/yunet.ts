import { VeilError } from '../../errors.ts';
import type { Detection } from '../../frame/detection.ts';

/** A raw output of the network. */
export interface RawOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Outputs of one level of the pyramid. */
export interface YunetLevel {
  /** Pixels between adjacent cells: 8, 16 or 32. */
  readonly stride: number;
  /** Boxes per cell. */
  readonly anchors: number;
  /** Names of the probability outputs: two for YuNet (face, and quality of the box), one for SCRFD. */
  readonly scores: readonly string[];
  readonly boxes: string;
}

export type YunetFamily = 'yunet' | 'scrfd';

/** Layout of the outputs of a network. */
export interface YunetPlan {
  readonly family: YunetFamily;
  readonly levels: readonly YunetLevel[];
}

/** Boxes per cell of each family. */
const ANCHORS = { yunet: 1, scrfd: 2 } as const;

/**
 * Recognises a YuNet (Wu et al. 2023) or SCRFD (Guo et al. 2021) network by the sizes of its outputs for an input of
 * this size, because names differ between exports. Null for any other network.
 */
export function planYunet(
  outputs: ReadonlyMap<string, RawOutput>,
  width: number,
  height: number,
): YunetPlan | null {
  for (const family of ['yunet', 'scrfd'] as const) {
    const anchors = ANCHORS[family];
    const levels = [8, 16, 32].map((stride) => {
      const count = anchors * (width / stride) * (height / stride);
      const named = (channels: number): string[] =>
        [...outputs].filter(([, output]) => holds(output, count, channels)).map(([name]) => name);
      const [boxes, ...otherBoxes] = named(4);
      const scores = named(1);
      const complete = scores.length === (family === 'yunet' ? 2 : 1) && otherBoxes.length === 0;
      return boxes === undefined || !complete ? null : { stride, anchors, scores, boxes };
    });
    const found = levels.filter((level) => level !== null);
    if (found.length === levels.length) return { family, levels: found };
  }
  return null;
}

/**
 * Faces in pixels of the network's input, before NMS.
 *
 * @throws VeilError DETECTOR_FAILED if an output is missing, has another size or contains NaN
 */
export function decodeYunet(
  plan: YunetPlan,
  outputs: ReadonlyMap<string, RawOutput>,
  width: number,
  height: number,
  threshold: number,
): Detection[] {
  return plan.levels.flatMap((level) => {
    const columns = width / level.stride;
    const count = level.anchors * columns * (height / level.stride);
    const boxes = take(outputs, level.boxes, 4 * count);
    const [first, second] = level.scores.map((name) => take(outputs, name, count));
    if (first === undefined) throw broken('has no scores');
    const faces: Detection[] = [];
    for (let index = 0; index < count; index += 1) {
      const score = second === undefined ? first[index]! : Math.sqrt(first[index]! * second[index]!);
      if (score < threshold) continue;
      const cell = Math.floor(index / level.anchors);
      const at = boxes.subarray(4 * index, 4 * index + 4);
      const box = BOX_OF[plan.family](cell % columns, Math.floor(cell / columns), level.stride, at);
      if (!Number.isFinite(box.x + box.y + box.width + box.height + score)) {
        throw broken('contains values that are not numbers');
      }
      faces.push({ box, score });
    }
    return faces;
  });
}

const BOX_OF: Record<
  YunetFamily,
  (column: number, row: number, stride: number, values: Float32Array) => Detection['box']
> = {
  /** Offset of the centre, then logarithms of the sizes, in cells. */
  yunet: (column, row, stride, [dx = NaN, dy = NaN, dw = NaN, dh = NaN]) => {
    const width = Math.exp(dw) * stride;
    const height = Math.exp(dh) * stride;
    return {
      x: (column + dx) * stride - width / 2,
      y: (row + dy) * stride - height / 2,
      width,
      height,
    };
  },
  /** Distances to the four sides, in cells. */
  scrfd: (column, row, stride, [left = NaN, top = NaN, right = NaN, bottom = NaN]) => ({
    x: (column - left) * stride,
    y: (row - top) * stride,
    width: (left + right) * stride,
    height: (top + bottom) * stride,
  }),
};

/** [count, channels], optionally preceded by a batch size of 1. */
function holds({ dims, data }: RawOutput, count: number, channels: number): boolean {
  return dims.at(-1) === channels && data.length === count * channels;
}

function take(outputs: ReadonlyMap<string, RawOutput>, name: string, length: number): Float32Array {
  const data = outputs.get(name)?.data;
  if (data?.length !== length) throw broken(`has no usable output ${name}`);
  return data;
}

function broken(what: string): VeilError {
  return new VeilError('DETECTOR_FAILED', `What the face network returned ${what}.`, {
    hint: 'No uncovered frame was written. Use another --detector.',
  });
}
