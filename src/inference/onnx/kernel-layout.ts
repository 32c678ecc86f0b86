import type { Weights } from '../../models/weights.ts';

/** Reorders the axes of a three-dimensional array. */
export function permute(
  data: Float32Array,
  shape: readonly [number, number, number],
  order: readonly [number, number, number],
): Float32Array {
  const strides = [shape[1] * shape[2], shape[2], 1] as const;
  const [a, b, c] = order;
  const result = new Float32Array(data.length);
  let at = 0;
  for (let i = 0; i < shape[a]!; i += 1) {
    for (let j = 0; j < shape[b]!; j += 1) {
      for (let k = 0; k < shape[c]!; k += 1) {
        result[at] = data[i * strides[a]! + j * strides[b]! + k * strides[c]!]!;
        at += 1;
      }
    }
  }
  return result;
}

/** Height, width, inputs, outputs. */
export function shape4(kernel: Weights): [number, number, number, number] {
  const [height, width, inputs, outputs] = kernel.shape;
  if (height === undefined || width === undefined || inputs === undefined || outputs === undefined) {
    throw badShape(kernel);
  }
  return [height, width, inputs, outputs];
}

export function badShape(weights: Weights): Error {
  return new RangeError(`Weights of shape [${weights.shape.join()}] are not the weights of a kernel.`);
}
