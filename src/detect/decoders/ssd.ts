import type { Detection } from '../../frame/detection.ts';
import type { FeatureMap } from '../../inference/graph.ts';
import { broken, takeMap } from './outputs.ts';

/** Size of an anchor in pixels; one of each is centred on every cell of a level. */
export interface Anchor {
  readonly width: number;
  readonly height: number;
}

/** A feature map in which the network predicts boxes. */
export interface SsdLevel {
  /** Pixels between adjacent cells. */
  readonly stride: number;
  readonly anchors: readonly Anchor[];
}

/** Input size of the training, pixels; anchor scales are shares of it. */
const TRAINED_SIZE = 512;

/** As in the TensorFlow Object Detection API: scale factors of the coordinates that the network learned. */
const CENTRE_SCALE = 10;
const SIZE_SCALE = 5;

/** From small faces to large ones; the anchors of Liu et al. 2016, scales 0.2 to 0.95. */
export const SSD_LEVELS: readonly SsdLevel[] = [16, 32, 64, 128, 256, 512].map((stride, level) => ({
  stride,
  anchors: anchorsOf(level),
}));

/**
 * Faces of the network `ssd-mobilenet-v1`, in pixels of its input, before NMS.
 *
 * @throws VeilError DETECTOR_FAILED if an output is missing, has another shape or contains NaN
 */
export function decodeSsd(outputs: ReadonlyMap<string, FeatureMap>, threshold: number): Detection[] {
  return SSD_LEVELS.flatMap((level, index) =>
    decodeLevel(
      level,
      takeMap(outputs, `boxes ${index}`, 4 * level.anchors.length),
      takeMap(outputs, `scores ${index}`, level.anchors.length),
      threshold,
    ),
  );
}

function decodeLevel(
  { stride, anchors }: SsdLevel,
  boxes: FeatureMap,
  scores: FeatureMap,
  threshold: number,
): Detection[] {
  const faces: Detection[] = [];
  for (const [index, score] of scores.data.entries()) {
    if (score < threshold) continue;
    const cell = Math.floor(index / anchors.length);
    const anchor = anchors[index % anchors.length];
    const [dy, dx, dh, dw] = boxes.data.subarray(4 * index, 4 * index + 4);
    if (anchor === undefined || dy === undefined || dx === undefined) throw broken('holds too little');
    const width = anchor.width * Math.exp((dw ?? NaN) / SIZE_SCALE);
    const height = anchor.height * Math.exp((dh ?? NaN) / SIZE_SCALE);
    const x = ((cell % scores.width) + 0.5) * stride + (dx / CENTRE_SCALE) * anchor.width - width / 2;
    const y =
      (Math.floor(cell / scores.width) + 0.5) * stride + (dy / CENTRE_SCALE) * anchor.height - height / 2;
    if (!Number.isFinite(x + y + width + height + score))
      throw broken('contains values that are not numbers');
    faces.push({ box: { x, y, width, height }, score });
  }
  return faces;
}

function anchorsOf(level: number): Anchor[] {
  if (level === 0) return [anchor(0.1, 1), anchor(0.2, 2), anchor(0.2, 1 / 2)];
  const scale = 0.2 + 0.15 * level;
  const next = level === 5 ? 1 : scale + 0.15;
  return [
    anchor(scale, 1),
    anchor(Math.sqrt(scale * next), 1),
    ...[2, 1 / 2, 3, 1 / 3].map((ratio) => anchor(scale, ratio)),
  ];
}

/** @param ratio width : height */
function anchor(scale: number, ratio: number): Anchor {
  const size = scale * TRAINED_SIZE;
  return { width: size * Math.sqrt(ratio), height: size / Math.sqrt(ratio) };
}
