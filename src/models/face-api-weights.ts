import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { installHint } from '../base/missing-package.ts';
import { VeilError } from '../errors.ts';
import type { Weights } from './weights.ts';

const manifestSchema = z
  .array(
    z.object({
      paths: z.array(z.string()).length(1),
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.int().nonnegative()),
          dtype: z.enum(['float32', 'int32']),
          quantization: z
            .object({ scale: z.number(), min: z.number(), dtype: z.literal('uint8') })
            .optional(),
        }),
      ),
    }),
  )
  .length(1);

type Entry = z.infer<typeof manifestSchema>[number]['weights'][number];

/** The named weights of one network in the package `@vladmandic/face-api`. */
export class FaceApiWeights {
  readonly #weights: ReadonlyMap<string, Weights>;

  private constructor(weights: ReadonlyMap<string, Weights>) {
    this.#weights = weights;
  }

  /**
   * @param model such as `ssd_mobilenetv1_model`
   * @throws VeilError DETECTOR_UNAVAILABLE if the package or the model is missing or not the expected one
   */
  static async read(model: string): Promise<FaceApiWeights> {
    try {
      const root = dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));
      const folder = join(root, 'model');
      const manifest = await readFile(join(folder, `${model}-weights_manifest.json`), 'utf8');
      const [group] = manifestSchema.parse(JSON.parse(manifest));
      if (group === undefined) throw new RangeError('an empty manifest');
      const bytes = await readFile(join(folder, group.paths.join()));
      return new FaceApiWeights(dequantize(group.weights, bytes));
    } catch (cause) {
      throw unavailable('its weights in the package @vladmandic/face-api cannot be read', cause);
    }
  }

  /** @throws VeilError DETECTOR_UNAVAILABLE */
  get(name: string): Weights {
    const weights = this.#weights.get(name);
    if (weights === undefined) {
      throw unavailable(`the package @vladmandic/face-api has no weights ${name}`);
    }
    return weights;
  }
}

/** One byte per value, in steps of `scale` from `min`; or plain 32-bit values. */
function dequantize(entries: readonly Entry[], bytes: Buffer): Map<string, Weights> {
  const weights = new Map<string, Weights>();
  let offset = 0;
  for (const { name, shape, quantization } of entries) {
    const count = shape.reduce((product, size) => product * size, 1);
    const length = quantization === undefined ? 4 * count : count;
    if (offset + length > bytes.length) throw new RangeError('the file of weights is too short');
    const part = bytes.subarray(offset, offset + length);
    const data =
      quantization === undefined
        ? new Float32Array(new Uint8Array(part).buffer)
        : spread(part, quantization.scale, quantization.min);
    weights.set(name, { shape, data });
    offset += length;
  }
  return weights;
}

function spread(bytes: Uint8Array, scale: number, min: number): Float32Array {
  const values = new Float32Array(bytes.length);
  for (let index = 0; index < bytes.length; index += 1) values[index] = bytes[index]! * scale + min;
  return values;
}

function unavailable(why: string, cause?: unknown): VeilError {
  return new VeilError('DETECTOR_UNAVAILABLE', `The built-in detector can't be used: ${why}.`, {
    hint: installHint('@vladmandic/face-api'),
    ...(cause === undefined ? {} : { cause }),
  });
}
