import protobuf from 'protobufjs';

/**
 * The messages of an ONNX file (onnx.proto3, IR version 8) that inference needs. Fields missing here (training,
 * functions, sparse tensors) are lost when a file is decoded and encoded again.
 */
export interface OnnxModel {
  irVersion: number;
  producerName?: string;
  opsetImport: { domain?: string; version: number }[];
  graph: OnnxGraph;
  functions?: Uint8Array[];
}

/** The network itself: nodes in execution order, and their constants. */
export interface OnnxGraph {
  name: string;
  node: OnnxNode[];
  initializer: OnnxTensor[];
  input: OnnxValueInfo[];
  output: OnnxValueInfo[];
  valueInfo?: OnnxValueInfo[];
}

/** One operation on named tensors. */
export interface OnnxNode {
  opType: string;
  name?: string;
  domain?: string;
  input: string[];
  output: string[];
  attribute: OnnxAttribute[];
}

/** One of the values is set, according to `type`. */
export interface OnnxAttribute {
  name: string;
  type: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: OnnxTensor;
  g?: Uint8Array;
  floats?: number[];
  ints?: number[];
  strings?: Uint8Array[];
}

/** A constant; its values are in `rawData` (little-endian) or in typed lists, which are only passed on. */
export interface OnnxTensor {
  name?: string;
  dims: number[];
  dataType: number;
  rawData?: Uint8Array;
  dataLocation?: number;
}

/** Name and type of an input or output. */
export interface OnnxValueInfo {
  name: string;
  type?: { tensorType?: OnnxTensorType };
}

/** Element type, numbered as in {@link ONNX_TYPE}, and shape, if known. */
export interface OnnxTensorType {
  elemType: number;
  shape?: { dim: OnnxDimension[] };
}

/** A fixed size, or the name of a dynamic one. */
export interface OnnxDimension {
  dimValue?: number;
  dimParam?: string;
}

/** Element types of tensors (TensorProto.DataType). */
export const ONNX_TYPE = { float: 1, uint8: 2, int64: 7 } as const;

/** Kinds of attributes (AttributeProto.AttributeType). */
export const ONNX_ATTRIBUTE = { float: 1, int: 2, string: 3, graph: 5, ints: 7, graphs: 10 } as const;

export function encodeOnnx(model: OnnxModel): Uint8Array {
  return modelType.encode(modelType.fromObject(model)).finish();
}

/** @throws Error if the bytes are not such a message */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  // Lists always exist and numbers are plain, as OnnxModel promises.
  return modelType.toObject(modelType.decode(bytes), { arrays: true, longs: Number }) as OnnxModel;
}

type Fields = Record<string, readonly [type: string, id: number, rule?: 'repeated']>;

function message(fields: Fields, oneof?: readonly string[]): protobuf.IType {
  const described = Object.entries(fields).map(([name, [type, id, rule]]) => [
    name,
    { type, id, ...(rule === undefined ? {} : { rule }) },
  ]);
  return {
    fields: Object.fromEntries(described) as Record<string, protobuf.IField>,
    ...(oneof === undefined ? {} : { oneofs: { value: { oneof: [...oneof] } } }),
  };
}

const modelType = protobuf.Root.fromJSON({
  options: { syntax: 'proto3' },
  nested: {
    ModelProto: message({
      irVersion: ['int64', 1],
      producerName: ['string', 2],
      graph: ['GraphProto', 7],
      opsetImport: ['OperatorSetIdProto', 8, 'repeated'],
      functions: ['bytes', 25, 'repeated'],
    }),
    OperatorSetIdProto: message({ domain: ['string', 1], version: ['int64', 2] }),
    GraphProto: message({
      node: ['NodeProto', 1, 'repeated'],
      name: ['string', 2],
      initializer: ['TensorProto', 5, 'repeated'],
      input: ['ValueInfoProto', 11, 'repeated'],
      output: ['ValueInfoProto', 12, 'repeated'],
      valueInfo: ['ValueInfoProto', 13, 'repeated'],
    }),
    NodeProto: message({
      input: ['string', 1, 'repeated'],
      output: ['string', 2, 'repeated'],
      name: ['string', 3],
      opType: ['string', 4],
      attribute: ['AttributeProto', 5, 'repeated'],
      domain: ['string', 7],
    }),
    AttributeProto: message({
      name: ['string', 1],
      f: ['float', 2],
      i: ['int64', 3],
      s: ['bytes', 4],
      t: ['TensorProto', 5],
      g: ['bytes', 6],
      floats: ['float', 7, 'repeated'],
      ints: ['int64', 8, 'repeated'],
      strings: ['bytes', 9, 'repeated'],
      type: ['int32', 20],
    }),
    TensorProto: message({
      dims: ['int64', 1, 'repeated'],
      dataType: ['int32', 2],
      floatData: ['float', 4, 'repeated'],
      int32Data: ['int32', 5, 'repeated'],
      stringData: ['bytes', 6, 'repeated'],
      int64Data: ['int64', 7, 'repeated'],
      name: ['string', 8],
      rawData: ['bytes', 9],
      doubleData: ['double', 10, 'repeated'],
      uint64Data: ['uint64', 11, 'repeated'],
      externalData: ['bytes', 13, 'repeated'],
      dataLocation: ['int32', 14],
    }),
    ValueInfoProto: message({ name: ['string', 1], type: ['TypeProto', 2] }),
    TypeProto: message({ tensorType: ['TensorTypeProto', 1] }),
    TensorTypeProto: message({ elemType: ['int32', 1], shape: ['TensorShapeProto', 2] }),
    TensorShapeProto: message({ dim: ['DimensionProto', 1, 'repeated'] }),
    DimensionProto: message({ dimValue: ['int64', 1], dimParam: ['string', 2] }, ['dimValue', 'dimParam']),
  },
}).lookupType('ModelProto');
