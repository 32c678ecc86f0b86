import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Box } from '../../../src/frame/box.ts';
import type { Picture } from '../../../src/frame/frame.ts';

/** Input of the recognition network: 150 × 150 pixels. */
export const CROP_SIZE = 150;

/** Detects and identifies faces, with the networks of the package `@vladmandic/face-api`. */
export interface Recogniser {
  faces(picture: Picture): Promise<Box[]>;
  /** One descriptor of 128 numbers per crop of 150 × 150 pixels; near ones are the same person. */
  describe(crops: readonly Uint8Array[]): Promise<Float32Array[]>;
}

interface Tensor {
  dispose(): void;
}

interface Network {
  loadFromWeightMap(weights: unknown): void;
}

interface FaceApi {
  readonly SsdMobilenetv1: new () => Network & {
    locateFaces(picture: Tensor, options: object): Promise<{ box: Box }[]>;
  };
  readonly FaceRecognitionNet: new () => Network & {
    computeFaceDescriptor(crop: Tensor): Promise<Float32Array>;
  };
}

interface Tensorflow {
  readonly Tensor: { prototype: Record<string, unknown> };
  readonly io: { decodeWeights(bytes: ArrayBuffer, weights: unknown): unknown };
  setBackend(name: string): Promise<boolean>;
  reshape(tensor: unknown, shape: readonly number[]): unknown;
  div(tensor: unknown, by: unknown): unknown;
  mean(tensor: unknown, axes: unknown): unknown;
  tensor3d(data: Uint8Array, shape: readonly number[], type: 'int32'): Tensor;
}

export async function loadRecogniser(): Promise<Recogniser> {
  const { tf, faceApi, modelFolder } = load();
  await tf.setBackend('wasm');
  const known = new Map<string, Float32Array>();
  const withWeights = <T extends Network>(network: T, model: string): T => {
    network.loadFromWeightMap(readWeights(tf, modelFolder, model));
    return network;
  };
  const detector = withWeights(new faceApi.SsdMobilenetv1(), 'ssd_mobilenetv1_model');
  const recogniser = withWeights(new faceApi.FaceRecognitionNet(), 'face_recognition_model');
  return {
    async faces({ width, height, data }) {
      const tensor = tf.tensor3d(data, [height, width, 3], 'int32');
      const found = await detector.locateFaces(tensor, { minConfidence: 0.5, maxResults: 100 });
      tensor.dispose();
      return found.map(({ box: { x, y, width, height } }) => ({ x, y, width, height }));
    },
    async describe(crops) {
      const descriptors: Float32Array[] = [];
      for (const crop of crops) {
        // Shapes differ only outside the face, so many crops are equal.
        const key = createHash('sha1').update(crop).digest('base64');
        const before = known.get(key);
        if (before !== undefined) {
          descriptors.push(before);
          continue;
        }
        const tensor = tf.tensor3d(crop, [CROP_SIZE, CROP_SIZE, 3], 'int32');
        const descriptor = await recogniser.computeFaceDescriptor(tensor);
        tensor.dispose();
        known.set(key, descriptor);
        descriptors.push(descriptor);
      }
      return descriptors;
    },
  };
}

function load(): { tf: Tensorflow; faceApi: FaceApi; modelFolder: string } {
  // The library requires the umbrella package, but needs only its core.
  const module = Module as unknown as { _resolveFilename: (request: string, ...rest: unknown[]) => string };
  const resolve = module._resolveFilename;
  module._resolveFilename = (request, ...rest) =>
    resolve(request === '@tensorflow/tfjs' ? '@tensorflow/tfjs-core' : request, ...rest);
  try {
    const require = createRequire(import.meta.url);
    const tf = require('@tensorflow/tfjs-core') as Tensorflow;
    const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
    wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
    const faceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js') as FaceApi;
    addChainedOperators(tf);
    const modelFolder = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
    return { tf, faceApi, modelFolder };
  } finally {
    module._resolveFilename = resolve;
  }
}

/** The chained operators that the library uses; the umbrella package would add them. */
function addChainedOperators(tf: Tensorflow): void {
  const { prototype } = tf.Tensor;
  const reshape = function (this: unknown, ...shape: number[]): unknown {
    return tf.reshape(this, shape);
  };
  prototype['as3D'] = reshape;
  prototype['as4D'] = reshape;
  prototype['div'] = function (this: unknown, by: unknown): unknown {
    return tf.div(this, by);
  };
  prototype['mean'] = function (this: unknown, axes: unknown): unknown {
    return tf.mean(this, axes);
  };
}

function readWeights(tf: Tensorflow, folder: string, model: string): unknown {
  const manifest = readFileSync(join(folder, `${model}-weights_manifest.json`), 'utf8');
  const [group] = JSON.parse(manifest) as [{ weights: unknown; paths: [string] }];
  const bytes = new Uint8Array(readFileSync(join(folder, group.paths[0]))).buffer;
  return tf.io.decodeWeights(bytes, group.weights);
}
