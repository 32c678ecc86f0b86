import type { Detection } from '../../frame/detection.ts';
import type { FeatureMap } from '../../inference/graph.ts';
import { VALUES_PER_BOX, type BlazeFaceLevel } from '../networks/blazeface.ts';
import { broken, takeMap } from './outputs.ts';

/**
 * Faces of BlazeFace, in pixels of its input, before NMS. Boxes are predicted in pixels from the centre of their cell;
 * a box without a size is not a face.
 *
 * @throws VeilError DETECTOR_FAILED if an output is missing, has another shape or contains NaN
 */
export function decodeBlazeFace(
  levels: readonly BlazeFaceLevel[],
  outputs: ReadonlyMap<string, FeatureMap>,
  threshold: number,
): Detection[] {
  return levels.flatMap((level, index) =>
    decodeLevel(
      level,
      takeMap(outputs, `boxes ${index}`, VALUES_PER_BOX * level.anchors),
      takeMap(outputs, `logits ${index}`, level.anchors),
      threshold,
    ),
  );
}

function decodeLevel(
  { stride, anchors }: BlazeFaceLevel,
  boxes: FeatureMap,
  logits: FeatureMap,
  threshold: number,
): Detection[] {
  const faces: Detection[] = [];
  for (const [index, logit] of logits.data.entries()) {
    const score = sigmoid(logit);
    if (score < threshold) continue;
    const cell = Math.floor(index / anchors);
    const at = VALUES_PER_BOX * index;
    const [dx = NaN, dy = NaN, width = NaN, height = NaN] = boxes.data.subarray(at, at + 4);
    const x = ((cell % logits.width) + 0.5) * stride + dx - width / 2;
    const y = (Math.floor(cell / logits.width) + 0.5) * stride + dy - height / 2;
    if (!Number.isFinite(x + y + width + height + score))
      throw broken('contains values that are not numbers');
    if (width > 0 && height > 0) faces.push({ box: { x, y, width, height }, score });
  }
  return faces;
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
