import { scaleBox } from '../frame/box.ts';
import type { Detection } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';
import type { Logger } from '../logger.ts';
import { decodeBlazeFace } from './decoders/blazeface.ts';
import type { Detector } from './detector.ts';
import type { Engine } from '../inference/engine.ts';
import type { TensorflowEngine } from '../inference/tf/tensorflow-engine.ts';
import { lookAtSizes } from './multi-scale.ts';
import { readBlazeFace, type BlazeFace } from './networks/blazeface.ts';
import { suppress } from './nms.ts';
import { letterbox } from './pad-image.ts';

export interface WebcamDetectorOptions {
  /** Lowest score of a face, 0…1. */
  readonly threshold: number;
  readonly engine: Engine;
  readonly logger: Logger;
}

/** One network, which takes square pictures of its input size. */
interface RangeDetector {
  readonly size: number;
  readonly look: (square: Picture) => Promise<Detection[]>;
  close(): Promise<void>;
}

/** From this overlap on, the package merges two boxes. */
const SAME_FACE_IOU = 0.3;

/**
 * For few, near faces on weak machines: MediaPipe's short-range and full-range BlazeFace, both, since each finds faces
 * that the other misses. They run on TensorFlow.js through `@tensorflow-models/face-detection`, or on ONNX Runtime,
 * which is several times faster, with the same weights and rules.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE, MODEL_INVALID, ENGINE_UNAVAILABLE
 */
export async function createWebcamDetector(options: WebcamDetectorOptions): Promise<Detector> {
  const { engine, logger } = options;
  const ranges = [await open('full', options), await open('short', options)];
  const through = isTensorflow(engine) ? '@tensorflow-models/face-detection' : engine.name;
  logger.debug(
    `The webcam detector looks at whole frames, ${ranges.map(({ size }) => size).join(' and ')} wide.`,
  );
  return {
    name: 'webcam',
    description: `blazeface-full and blazeface-short on ${through} (${engine.provider})`,
    traits: {
      cost: 'light',
      nearLooks: [512],
      // The larger of its two networks has 192 pixels.
      largestLook: 256,
      largestFace: Infinity,
      confirmation: { seenOnce: 0, largeFace: 0, holdSeconds: 0.5 },
    },
    detect: (pictures, atLeast) =>
      lookAtSizes(
        pictures.slice(0, 1),
        async (first) => {
          const faces: Detection[] = [];
          for (const detector of ranges) faces.push(...(await lookAt(detector, first, pictures)));
          return faces;
        },
        { atLeast },
      ),
    close: async () => {
      for (const detector of ranges) await detector.close();
    },
  };
}

async function open(
  range: BlazeFace['range'],
  { engine, threshold }: WebcamDetectorOptions,
): Promise<RangeDetector> {
  const network = await readBlazeFace(range);
  const { size } = network;
  if (isTensorflow(engine)) {
    const { PackageFaceDetector } = await import('./package-face-detector.ts');
    const detector = await PackageFaceDetector.open(engine.backend, network, threshold);
    return { size, look: (square) => detector.detect(square), close: () => detector.close() };
  }
  const model = await engine.load(network);
  return {
    size,
    look: async (square) =>
      suppress(decodeBlazeFace(network.levels, await model.run(square), threshold), SAME_FACE_IOU),
    close: () => model.close(),
  };
}

/** In pixels of `first`, but it uses the smallest sufficient picture, so that downscaling skips fewer pixels. */
async function lookAt(
  { size, look }: RangeDetector,
  first: Picture,
  pictures: readonly Picture[],
): Promise<Detection[]> {
  const nearest = pictures.findLast(({ width, height }) => Math.max(width, height) >= size) ?? first;
  const { picture, scale } = letterbox(nearest, size, size);
  const [scaleX, scaleY] = [first.width / nearest.width / scale, first.height / nearest.height / scale];
  return (await look(picture)).map(({ box, score }) => ({ box: scaleBox(box, scaleX, scaleY), score }));
}

function isTensorflow(engine: Engine): engine is TensorflowEngine {
  return engine.name === 'tensorflow' && 'backend' in engine;
}
