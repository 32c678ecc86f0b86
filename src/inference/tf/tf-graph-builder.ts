import type { io } from '@tensorflow/tfjs-core';
import type { ConvOptions, GraphBuilder, Normalization, Padding } from '../graph.ts';
import type { Weights } from '../../models/weights.ts';
import { FUSED_CONV, FUSED_DEPTHWISE, fuseActivations } from './fuse-activations.ts';
import { flag, int, ints, shape, text, texts, type } from './graph-def.ts';
import type { AttrValue, DataType, NodeDef } from './graph-def.ts';

/** Input name of every model built here. */
export const PICTURE_INPUT = 'picture';

/** A feature map [1, height, width, channels] in the graph, by its node name. */
export interface TfMap {
  readonly node: string;
  readonly channels: number;
}

/** Padding value that a maximum ignores; wasm supports only finite numbers. */
const LOWEST = -3.4e38;

/**
 * Writes the network as a TensorFlow.js graph model in memory. Height and width are dynamic. The input is int32 RGB
 * 0…255 [1, height, width, 3], or with `normalized` float32 that the caller has normalised.
 */
export class TfGraphBuilder implements GraphBuilder<TfMap> {
  readonly outputs: Map<string, TfMap> = new Map<string, TfMap>();
  readonly #input: 'bytes' | 'normalized';
  readonly #nodes: NodeDef[] = [];
  readonly #weights: { readonly spec: io.WeightsManifestEntry; readonly data: Float32Array | Int32Array }[] =
    [];
  #names = 0;

  constructor(input: 'bytes' | 'normalized' = 'bytes') {
    this.#input = input;
  }

  picture({ mean, scale }: Normalization): TfMap {
    const dtype = this.#input === 'bytes' ? 'int32' : 'float32';
    if (!this.#nodes.some(({ name }) => name === PICTURE_INPUT)) {
      const attr = { dtype: type(dtype), shape: shape([1, -1, -1, 3]) };
      this.#nodes.push({ name: PICTURE_INPUT, op: 'Placeholder', input: [], attr });
    }
    if (this.#input === 'normalized') return map(PICTURE_INPUT, 3);
    const values = this.node('Cast', [PICTURE_INPUT], { SrcT: type('int32'), DstT: type('float32') });
    const centred = mean.every((value) => value === 0)
      ? values
      : this.node('Sub', [values, this.floats(mean, [3])], FLOAT);
    return map(scale === 1 ? centred : this.node('Mul', [centred, this.floats([scale], [1])], FLOAT), 3);
  }

  channels(x: TfMap): number {
    return x.channels;
  }

  conv(x: TfMap, kernel: Weights, bias: Weights | null, options: ConvOptions = {}): TfMap {
    const [height, width, inputs, outputs] = kernel.shape;
    if (height === undefined || width === undefined || outputs === undefined) throw badShape(kernel);
    checkChannels('conv', inputs, x.channels);
    const weights = this.floats(kernel.data, [height, width, x.channels, outputs]);
    return this.#conv(FUSED_CONV, x, weights, bias, outputs, options);
  }

  depthwiseConv(x: TfMap, kernel: Weights, bias: Weights | null, options: ConvOptions = {}): TfMap {
    const [height, width, channels] = kernel.shape;
    if (height === undefined || width === undefined) throw badShape(kernel);
    checkChannels('depthwiseConv', channels, x.channels);
    const weights = this.floats(kernel.data, [height, width, x.channels, 1]);
    return this.#conv(FUSED_DEPTHWISE, x, weights, bias, x.channels, options);
  }

  relu(x: TfMap): TfMap {
    return map(this.node('Relu', [x.node], FLOAT), x.channels);
  }

  relu6(x: TfMap): TfMap {
    return map(this.node('Relu6', [x.node], FLOAT), x.channels);
  }

  prelu(x: TfMap, slope: Weights): TfMap {
    checkChannels('prelu', slope.data.length, x.channels);
    return map(this.node('Prelu', [x.node, this.floats(slope.data, [x.channels])], FLOAT), x.channels);
  }

  sigmoid(x: TfMap): TfMap {
    return map(this.node('Sigmoid', [x.node], FLOAT), x.channels);
  }

  add(a: TfMap, b: TfMap): TfMap {
    checkChannels('add', a.channels, b.channels);
    return map(this.node('AddV2', [a.node, b.node], FLOAT), a.channels);
  }

  multiply(a: TfMap, b: TfMap): TfMap {
    checkChannels('multiply', a.channels, b.channels);
    return map(this.node('Mul', [a.node, b.node], FLOAT), a.channels);
  }

  maxPool(x: TfMap, size: number, options: ConvOptions = {}): TfMap {
    const { node, padding } = this.#pad(x.node, options.padding, LOWEST);
    return map(this.node('MaxPool', [node], poolAttributes(size, options, padding)), x.channels);
  }

  averagePool(x: TfMap, size: number, options: ConvOptions = {}): TfMap {
    const { node, padding } = this.#pad(x.node, options.padding, 0);
    const attributes = poolAttributes(size, options, padding);
    const average = this.node('AvgPool', [node], attributes);
    if (node === x.node) return map(average, x.channels);
    // Padding does not count: divide by the share of the window inside the map.
    const zeros = this.node('Mul', [x.node, this.floats([0], [1])], FLOAT);
    const ones = this.node('AddV2', [zeros, this.floats([1], [1])], FLOAT);
    const share = this.node('AvgPool', [this.#pad(ones, options.padding, 0).node], attributes);
    return map(this.node('RealDiv', [average, share], FLOAT), x.channels);
  }

  padChannels(x: TfMap, count: number): TfMap {
    const sides = this.ints([0, 0, 0, 0, 0, 0, 0, count], [4, 2]);
    return map(this.node('PadV2', [x.node, sides, this.floats([0], [])], FLOAT), x.channels + count);
  }

  concat(parts: readonly TfMap[]): TfMap {
    const inputs = [...parts.map(({ node }) => node), this.ints([3], [])];
    const node = this.node('ConcatV2', inputs, { ...FLOAT, N: int(parts.length) });
    return map(
      node,
      parts.reduce((sum, part) => sum + part.channels, 0),
    );
  }

  resize(
    x: TfMap,
    to: { readonly like: TfMap } | { readonly factor: number },
    method: 'nearest' | 'bilinear',
  ): TfMap {
    const size =
      'like' in to
        ? this.#sizeOf(to.like)
        : this.node('Mul', [this.#sizeOf(x), this.ints([to.factor, to.factor], [2])], { T: type('int32') });
    const attr = { ...FLOAT, align_corners: flag(false), half_pixel_centers: flag(method === 'bilinear') };
    const op = method === 'bilinear' ? 'ResizeBilinear' : 'ResizeNearestNeighbor';
    return map(this.node(op, [x.node, size], attr), x.channels);
  }

  output(name: string, x: TfMap): void {
    this.outputs.set(name, map(this.node('Identity', [x.node], FLOAT, name), x.channels));
  }

  /** Any other TensorFlow operation. */
  node(op: string, input: readonly string[], attr: NodeDef['attr'], name: string = this.#name()): string {
    this.#nodes.push({ name, op, input, attr });
    return name;
  }

  floats(values: ArrayLike<number>, sizes: readonly number[]): string {
    return this.#constant('float32', Float32Array.from(values), sizes);
  }

  ints(values: readonly number[], sizes: readonly number[]): string {
    return this.#constant('int32', Int32Array.from(values), sizes);
  }

  /** The model, for `loadGraphModel`. */
  finish(): io.IOHandler {
    const bytes = new Uint8Array(this.#weights.reduce((sum, { data }) => sum + data.byteLength, 0));
    let offset = 0;
    for (const { data } of this.#weights) {
      bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
      offset += data.byteLength;
    }
    const artifacts: io.ModelArtifacts = {
      format: 'graph-model',
      generatedBy: 'veil',
      convertedBy: null,
      modelTopology: { node: fuseActivations(this.#nodes), versions: { producer: 1 } },
      weightSpecs: this.#weights.map(({ spec }) => spec),
      weightData: bytes.buffer,
    };
    return { load: () => Promise.resolve(artifacts) };
  }

  #conv(
    op: string,
    x: TfMap,
    weights: string,
    bias: Weights | null,
    channels: number,
    options: ConvOptions,
  ): TfMap {
    const { stride = 1, dilation = 1 } = options;
    if (bias !== null) checkChannels('bias', bias.data.length, channels);
    const offsets = this.floats(bias?.data ?? new Float32Array(channels), [channels]);
    const { node, padding } = this.#pad(x.node, options.padding, 0);
    const attributes = {
      ...FLOAT,
      ...NHWC,
      strides: ints([1, stride, stride, 1]),
      dilations: ints([1, dilation, dilation, 1]),
      padding: text(padding),
      fused_ops: texts(['BiasAdd']),
      num_args: int(1),
    };
    return map(this.node(op, [node, weights, offsets], attributes), channels);
  }

  /** Backends differ in their own padding, but all support it as a separate node. */
  #pad(node: string, padding: Padding = 'same', value: number): { node: string; padding: 'SAME' | 'VALID' } {
    if (padding === 'same') return { node, padding: 'SAME' };
    if (padding === 'valid') return { node, padding: 'VALID' };
    const { top, left, bottom, right } = padding;
    if (top + left + bottom + right === 0) return { node, padding: 'VALID' };
    const sides = this.ints([0, 0, top, bottom, left, right, 0, 0], [4, 2]);
    const padded = this.node('PadV2', [node, sides, this.floats([value], [])], FLOAT);
    return { node: padded, padding: 'VALID' };
  }

  /** A tensor of height and width. */
  #sizeOf(x: TfMap): string {
    const sizes = this.node('Shape', [x.node], { out_type: type('int32') });
    return this.node('Slice', [sizes, this.ints([1], [1]), this.ints([2], [1])], { T: type('int32') });
  }

  #constant(dtype: DataType, data: Float32Array | Int32Array, sizes: readonly number[]): string {
    const name = this.node('Const', [], { dtype: type(dtype), shape: shape(sizes) });
    this.#weights.push({ spec: { name, shape: [...sizes], dtype }, data });
    return name;
  }

  #name(): string {
    this.#names += 1;
    return `t${this.#names}`;
  }
}

const FLOAT = { T: type('float32') };
const NHWC = { data_format: text('NHWC') };

function poolAttributes(
  size: number,
  { stride = 1 }: ConvOptions,
  padding: string,
): Record<string, AttrValue> {
  return {
    ...FLOAT,
    ...NHWC,
    ksize: ints([1, size, size, 1]),
    strides: ints([1, stride, stride, 1]),
    padding: text(padding),
  };
}

function map(node: string, channels: number): TfMap {
  return { node, channels };
}

function badShape(weights: Weights): Error {
  return new RangeError(`Weights of shape [${weights.shape.join()}] are not the weights of a kernel.`);
}

function checkChannels(what: string, has: number | undefined, wants: number): void {
  if (has !== wants) throw new RangeError(`${what}: ${has ?? 'no'} channels where ${wants} are needed.`);
}
