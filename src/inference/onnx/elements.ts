import { ONNX_ATTRIBUTE, ONNX_TYPE } from './messages.ts';
import type { OnnxAttribute, OnnxTensor, OnnxValueInfo } from './messages.ts';

export function int(name: string, i: number): OnnxAttribute {
  return { name, type: ONNX_ATTRIBUTE.int, i };
}

export function ints(name: string, values: number[]): OnnxAttribute {
  return { name, type: ONNX_ATTRIBUTE.ints, ints: values };
}

export function text(name: string, value: string): OnnxAttribute {
  return { name, type: ONNX_ATTRIBUTE.string, s: new TextEncoder().encode(value) };
}

/** A named input or output; a named size is dynamic. */
export function valueInfo(name: string, elemType: number, dims: readonly (number | string)[]): OnnxValueInfo {
  const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** A constant list of 64-bit integers. */
export function longs(name: string, values: readonly number[]): OnnxTensor {
  const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { name, dims: [values.length], dataType: ONNX_TYPE.int64, rawData };
}

/** A constant of 32-bit floats. */
export function floats(name: string, dims: number[], values: ArrayLike<number>): OnnxTensor {
  return { name, dims, dataType: ONNX_TYPE.float, rawData: new Uint8Array(Float32Array.from(values).buffer) };
}
