import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { OWN_FILE_HINT } from '../base/missing-package.ts';
import { VeilError } from '../errors.ts';
import { float32Of } from './float32-of.ts';
import type { Weights } from './weights.ts';

const TYPES = { F32: 'float32', F16: 'float16' } as const;

const BYTES = { F32: 4, F16: 2 } as const;

const tensorSchema = z.strictObject({
  dtype: z.enum(['F32', 'F16']),
  shape: z.array(z.int().positive()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

const headerSchema = z.record(z.string(), tensorSchema);

/**
 * The named weights of a file in the safetensors format (github.com/huggingface/safetensors): the length of the header
 * as a 64-bit number, the header as JSON, the values.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE if the file is missing, truncated or not the expected one
 */
export async function readSafetensors(path: string): Promise<ReadonlyMap<string, Weights>> {
  try {
    const bytes = await readFile(path);
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const header = headerSchema.parse(JSON.parse(bytes.subarray(8, start).toString('utf8')));
    return new Map(
      Object.entries(header).map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [from, to],
          },
        ]) => {
          const values = bytes.subarray(start + from, start + to);
          const count = shape.reduce((product, size) => product * size, 1);
          if (values.length !== count * BYTES[dtype]) throw new RangeError(`${name} is cut short`);
          return [name, { shape, data: float32Of(values, TYPES[dtype]) }];
        },
      ),
    );
  } catch (cause) {
    throw new VeilError(
      'DETECTOR_UNAVAILABLE',
      `The built-in detector can't be used: ${path} can't be read.`,
      {
        hint: OWN_FILE_HINT,
        cause,
      },
    );
  }
}
