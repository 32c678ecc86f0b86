import { FlatTable } from './flat-table.ts';

/** Supported operators by their numbers in TensorFlow Lite's schema. */
export const TFLITE_OPERATORS = {
  0: 'add',
  2: 'concatenation',
  3: 'conv',
  4: 'depthwiseConv',
  6: 'dequantize',
  17: 'maxPool',
  19: 'relu',
  22: 'reshape',
  23: 'resizeBilinear',
  34: 'pad',
} as const;
export type TfliteOperatorKind = (typeof TFLITE_OPERATORS)[keyof typeof TFLITE_OPERATORS];

/** A constant, or a placeholder for a computed value. */
export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: 'float32' | 'float16' | 'int32';
  /** Of constants, as in the file; empty for computed values. */
  readonly bytes: Uint8Array;
}

/** One step of the computation. */
export interface TfliteOperator {
  readonly kind: TfliteOperatorKind;
  /** Indices of tensors; -1 for an omitted optional one. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: FlatTable | null;
}

/** The first graph of a .tflite file, with its operators in execution order. */
export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const TYPES = ['float32', 'float16', 'int32'] as const;

/** Far more than such networks have; a hostile file must not fill the memory. */
const MAX_ITEMS = 10_000;
const MAX_RANK = 6;

/**
 * Reads the parts of TensorFlow Lite's schema (version 3) that a convolutional network needs.
 *
 * @throws RangeError if the file is damaged, points outside itself, or contains something unknown
 */
export function parseTflite(bytes: Uint8Array): TfliteModel {
  const root = FlatTable.root(bytes, 'TFL3');
  const codes = root.tables(1, MAX_ITEMS).map((code) => Math.max(code.int8(0), code.int32(3)));
  const buffers = root.tables(4, MAX_ITEMS).map((buffer) => buffer.bytes(0));
  const [graph] = root.tables(2, MAX_ITEMS);
  if (graph === undefined) throw new RangeError('it has no graph');

  const tensors = graph.tables(0, MAX_ITEMS).map((tensor) => readTensor(tensor, buffers));
  const indices = (values: readonly number[]): readonly number[] => {
    if (values.every((value) => value >= -1 && value < tensors.length)) return values;
    throw new RangeError('it reads a tensor that it has not');
  };
  const operators = graph.tables(3, MAX_ITEMS).map((operator) => ({
    kind: kindOf(codes[operator.uint32(0)]),
    inputs: indices(operator.int32s(1, MAX_ITEMS)),
    outputs: indices(operator.int32s(2, MAX_ITEMS)),
    options: operator.table(4),
  }));
  return {
    tensors,
    operators,
    inputs: indices(graph.int32s(1, MAX_ITEMS)),
    outputs: indices(graph.int32s(2, MAX_ITEMS)),
  };
}

function readTensor(tensor: FlatTable, buffers: readonly Uint8Array[]): TfliteTensor {
  const type = TYPES[tensor.int8(1)];
  const bytes = buffers[tensor.uint32(2)];
  if (type === undefined || bytes === undefined) throw new RangeError('it holds an unknown kind of numbers');
  const shape = tensor.int32s(0, MAX_RANK);
  const count = shape.reduce((product, size) => product * size, 1);
  const expected = count * (type === 'float16' ? 2 : 4);
  if (shape.some((size) => size < 1) || (bytes.length > 0 && bytes.length !== expected)) {
    throw new RangeError(`${bytes.length} bytes do not make a tensor of [${shape.join()}]`);
  }
  return { name: tensor.text(3), shape, type, bytes };
}

function kindOf(code: number | undefined): TfliteOperatorKind {
  const kind = Object.entries(TFLITE_OPERATORS).find(([number]) => Number(number) === code)?.[1];
  if (kind === undefined) throw new RangeError(`it uses operator ${code ?? '?'}, which is not known here`);
  return kind;
}
