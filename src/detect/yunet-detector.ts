import { basename } from 'node:path';
import { VeilError } from '../errors.ts';
import { scaleBox } from '../frame/box.ts';
import type { Picture } from '../frame/frame.ts';
import { decodeYunet, planYunet, type YunetFamily, type YunetPlan } from './decoders/yunet.ts';
import type { Detector, DetectorTraits } from './detector.ts';
import { lookAtSizes } from './multi-scale.ts';
import { withDynamicShape, withUint8Input, type Preprocessing } from '../inference/onnx/adapt-model.ts';
import { encodeOnnx } from '../inference/onnx/messages.ts';
import { invalidModel, readOnnxFile, type OnnxFile } from '../inference/onnx/model-file.ts';
import { PICTURE_INPUT } from '../inference/onnx/onnx-graph-builder.ts';
import {
  OnnxSession,
  loadOnnxRuntime,
  type OnnxProvider,
  type OnnxRuntime,
} from '../inference/onnx/session.ts';
import { letterbox, padPicture } from './pad-image.ts';

export interface YunetOptions {
  /** Name given by the user. */
  readonly name: string;
  readonly path: string;
  readonly threshold: number;
  readonly provider?: OnnxProvider;
}

/** Sides must be multiples of the coarsest stride. */
const ALIGNMENT = 32;

/** Width and height differ so that no two levels have outputs of the same size. */
const PROBE = { width: 3 * ALIGNMENT, height: 5 * ALIGNMENT };

const PREPROCESSING: Record<YunetFamily, Preprocessing> = {
  yunet: { order: 'bgr', mean: 0, scale: 1 },
  scrfd: { order: 'rgb', mean: 127.5, scale: 1 / 128 },
};

/** SCRFD comes in many sizes; common ones cost several times as much as YuNet. */
const TRAITS: Record<YunetFamily, DetectorTraits> = {
  yunet: {
    cost: 'light',
    nearLooks: [512],
    largestFace: 125,
    confirmation: { seenOnce: 0.3, largeFace: 0.4, holdSeconds: 0.4 },
  },
  scrfd: {
    cost: 'heavy',
    nearLooks: [512],
    largestFace: 125,
    confirmation: { seenOnce: 0.3, largeFace: 0.4, holdSeconds: 0.4 },
  },
};

/**
 * Creates a detector from an .onnx file of the YuNet or SCRFD type.
 *
 * @throws VeilError MODEL_NOT_FOUND, MODEL_INVALID with the reason, ENGINE_UNAVAILABLE
 */
export async function createYunetDetector(options: YunetOptions): Promise<Detector> {
  const { name, path, threshold, provider = 'cpu' } = options;
  const runtime = await loadOnnxRuntime(provider);
  const { file, plan } = await recognise(path, runtime);
  const bytes = encodeOnnx(withUint8Input(file, PREPROCESSING[plan.family]));
  const session = await OnnxSession.open(runtime, bytes, provider, basename(path));

  const look = async (picture: Picture) => {
    const { width, height, data } = picture;
    const outputs = await session.run(PICTURE_INPUT, data, [1, height, width, 3]);
    return decodeYunet(plan, outputs, width, height, threshold);
  };
  const { size } = file;
  const fixed = size === null ? '' : `, ${size.width}×${size.height} only`;
  return {
    name,
    weightFiles: [path],
    description: `${plan.family} (${basename(path)}${fixed}) on onnxruntime (${provider})`,
    traits: TRAITS[plan.family],
    detect: (pictures, atLeast) =>
      size === null
        ? lookAtSizes(pictures, (picture) => look(padPicture(picture, ALIGNMENT)), {
            largest: TRAITS[plan.family].largestFace,
            atLeast,
          })
        : lookAtSizes(
            pictures.slice(0, 1),
            async (picture) => {
              const { picture: fitted, scale } = letterbox(picture, size.width, size.height);
              return (await look(fitted)).map(({ box, score }) => ({
                box: scaleBox(box, 1 / scale, 1 / scale),
                score,
              }));
            },
            { atLeast },
          ),
    close: () => session.close(),
  };
}

/** Runs the model on a blank picture to learn its outputs: at any size if possible, else at its own. */
async function recognise(path: string, runtime: OnnxRuntime): Promise<{ file: OnnxFile; plan: YunetPlan }> {
  const file = await readOnnxFile(path);
  const free = withDynamicShape(file);
  const anySize = await probe(path, free, PROBE, runtime).catch((error: unknown) => {
    if (file.size === null) throw error;
    return null;
  });
  if (anySize !== null) return { file: free, plan: anySize };
  if (file.size !== null) {
    const plan = await probe(path, file, file.size, runtime);
    if (plan !== null) return { file, plan };
  }
  const names = file.model.graph.output.map(({ name }) => name).slice(0, 12);
  throw invalidModel(path, `its outputs (${names.join(', ')}) are not those of YuNet or SCRFD`);
}

async function probe(
  path: string,
  { model, input: name }: OnnxFile,
  { width, height }: { width: number; height: number },
  runtime: OnnxRuntime,
): Promise<YunetPlan | null> {
  try {
    const session = await OnnxSession.open(runtime, encodeOnnx(model), 'cpu', basename(path));
    try {
      const input = new Float32Array(3 * width * height);
      const outputs = await session.run(name, input, [1, 3, height, width]);
      return planYunet(outputs, width, height);
    } finally {
      await session.close();
    }
  } catch (cause) {
    if (!(cause instanceof VeilError)) throw cause;
    const reason = cause.cause instanceof Error ? cause.cause.message.split('\n')[0] : cause.message;
    throw invalidModel(path, `ONNX Runtime refuses it: ${reason ?? ''}`, cause);
  }
}
