import type { Detection } from '../../frame/detection.ts';
import type { FeatureMap } from '../../inference/graph.ts';
import { broken, takeMap } from './outputs.ts';

/** Pixels between adjacent cells of the feature maps. */
export const STRIDES = [8, 16, 32] as const;

/** Channels of a cell: score (logit), offset of the centre, logarithms of width and height, in strides. */
export const CHANNELS = 5;

/**
 * Faces of the network `veil-face`, in pixels of its input, before NMS.
 *
 * @throws VeilError DETECTOR_FAILED if an output is missing, has another shape or contains NaN
 */
export function decodeVeilFace(outputs: ReadonlyMap<string, FeatureMap>, threshold: number): Detection[] {
  const least = Math.log(threshold / (1 - threshold));
  return STRIDES.flatMap((stride) =>
    decodeLevel(takeMap(outputs, `faces ${stride}`, CHANNELS), stride, least),
  );
}

function decodeLevel({ width: columns, data }: FeatureMap, stride: number, least: number): Detection[] {
  const faces: Detection[] = [];
  for (let at = 0; at < data.length; at += CHANNELS) {
    const logit = data[at]!;
    // In this form NaN is not skipped.
    if (logit < least) continue;
    const cell = at / CHANNELS;
    const width = Math.exp(data[at + 3]!) * stride;
    const height = Math.exp(data[at + 4]!) * stride;
    const x = ((cell % columns) + data[at + 1]!) * stride - width / 2;
    const y = (Math.floor(cell / columns) + data[at + 2]!) * stride - height / 2;
    const score = 1 / (1 + Math.exp(-logit));
    if (!Number.isFinite(x + y + width + height + score))
      throw broken('contains values that are not numbers');
    faces.push({ box: { x, y, width, height }, score });
  }
  return faces;
}
