import type { ConvOptions, GraphBuilder, Normalization, Padding } from '../graph.ts';
import type { Weights } from '../../models/weights.ts';
import { floats, int, ints, longs, text, valueInfo } from './elements.ts';
import { badShape, permute, shape4 } from './kernel-layout.ts';
import { ONNX_TYPE, encodeOnnx } from './messages.ts';
import type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxValueInfo } from './messages.ts';
import { windowAttributes } from './window.ts';

/** Input name of every model built here: uint8 [1, height, width, 3]. */
export const PICTURE_INPUT = 'picture';

/** A feature map [1, channels, height, width] in the graph, by its tensor name. */
export interface OnnxMap {
  readonly tensor: string;
  readonly channels: number;
  /** Whether it is the unchanged picture: its bytes are then read in place. */
  readonly untouched?: boolean;
}

/** Writes the network as an ONNX model (opset 17) in memory. Height and width are dynamic. */
export class OnnxGraphBuilder implements GraphBuilder<OnnxMap> {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #inputs: OnnxValueInfo[] = [];
  readonly #outputs: OnnxValueInfo[] = [];
  readonly #described: OnnxValueInfo[] = [];
  /** Symbolic sizes of tensors, by tensor name. */
  readonly #sizes = new Map<string, string>();
  readonly #shared = new Map<string, string>();
  #names = 0;

  picture({ mean, scale }: Normalization): OnnxMap {
    if (this.#inputs.length === 0) {
      this.#inputs.push(valueInfo(PICTURE_INPUT, ONNX_TYPE.uint8, [1, 'height', 'width', 3]));
    }
    // Transpose while it is still bytes: a quarter of the memory traffic.
    const planes = this.#node('Transpose', [PICTURE_INPUT], [ints('perm', [0, 3, 1, 2])]);
    const values = this.#node('Cast', [planes], [int('to', ONNX_TYPE.float)]);
    const isCentred = mean.every((value) => value === 0);
    const centred = isCentred ? values : this.#node('Sub', [values, this.#floats(mean, [1, 3, 1, 1])]);
    const scaled = scale === 1 ? centred : this.#node('Mul', [centred, this.#floats([scale], [1])]);
    return { tensor: scaled, channels: 3, untouched: isCentred && scale === 1 };
  }

  channels(x: OnnxMap): number {
    return x.channels;
  }

  conv(x: OnnxMap, kernel: Weights, bias: Weights | null, options: ConvOptions = {}): OnnxMap {
    const [height, width, inputs, outputs] = shape4(kernel);
    checkChannels('conv', inputs, x.channels);
    const { stride = 1, padding = 'same', dilation = 1 } = options;
    if (x.untouched === true && dilation === 1 && typeof padding === 'object') {
      return this.#convPicture(kernel, bias, stride, padding);
    }
    const data = permute(kernel.data, [height * width, inputs, outputs], [2, 1, 0]);
    const weights = this.#floats(data, [outputs, inputs, height, width]);
    return this.#conv(x, weights, [height, width], outputs, 1, bias, options);
  }

  depthwiseConv(x: OnnxMap, kernel: Weights, bias: Weights | null, options: ConvOptions = {}): OnnxMap {
    const [height, width, channels] = kernel.shape;
    if (height === undefined || width === undefined || channels === undefined) throw badShape(kernel);
    checkChannels('depthwiseConv', channels, x.channels);
    const data = permute(kernel.data, [height * width, channels, 1], [1, 0, 2]);
    const weights = this.#floats(data, [channels, 1, height, width]);
    return this.#conv(x, weights, [height, width], channels, channels, bias, options);
  }

  relu(x: OnnxMap): OnnxMap {
    return map(this.#node('Relu', [x.tensor]), x.channels);
  }

  relu6(x: OnnxMap): OnnxMap {
    // Constant bounds let ONNX Runtime fuse the clip into the convolution before it.
    const bounds = [this.#floats([0], []), this.#floats([6], [])];
    return map(this.#node('Clip', [x.tensor, ...bounds]), x.channels);
  }

  prelu(x: OnnxMap, slope: Weights): OnnxMap {
    checkChannels('prelu', slope.data.length, x.channels);
    const slopes = this.#floats(slope.data, [x.channels, 1, 1]);
    return map(this.#node('PRelu', [x.tensor, slopes]), x.channels);
  }

  sigmoid(x: OnnxMap): OnnxMap {
    return map(this.#node('Sigmoid', [x.tensor]), x.channels);
  }

  add(a: OnnxMap, b: OnnxMap): OnnxMap {
    checkChannels('add', a.channels, b.channels);
    this.#declareSameSize([a, b]);
    return map(this.#node('Add', [a.tensor, b.tensor]), a.channels);
  }

  multiply(a: OnnxMap, b: OnnxMap): OnnxMap {
    checkChannels('multiply', a.channels, b.channels);
    return map(this.#node('Mul', [a.tensor, b.tensor]), a.channels);
  }

  maxPool(x: OnnxMap, size: number, options: ConvOptions = {}): OnnxMap {
    return map(this.#node('MaxPool', [x.tensor], windowAttributes([size, size], options)), x.channels);
  }

  averagePool(x: OnnxMap, size: number, options: ConvOptions = {}): OnnxMap {
    return map(this.#node('AveragePool', [x.tensor], windowAttributes([size, size], options)), x.channels);
  }

  padChannels(x: OnnxMap, count: number): OnnxMap {
    const pads = this.#longs([0, 0, 0, 0, 0, count, 0, 0]);
    return map(this.#node('Pad', [x.tensor, pads]), x.channels + count);
  }

  concat(parts: readonly OnnxMap[]): OnnxMap {
    const tensors = parts.map((part) => part.tensor);
    const channels = parts.reduce((sum, part) => sum + part.channels, 0);
    return map(this.#node('Concat', tensors, [int('axis', 1)]), channels);
  }

  resize(
    x: OnnxMap,
    to: { readonly like: OnnxMap } | { readonly factor: number },
    method: 'nearest' | 'bilinear',
  ): OnnxMap {
    const attributes =
      method === 'nearest'
        ? [
            text('mode', 'nearest'),
            text('coordinate_transformation_mode', 'asymmetric'),
            text('nearest_mode', 'floor'),
          ]
        : [text('mode', 'linear'), text('coordinate_transformation_mode', 'half_pixel')];
    const size =
      'factor' in to
        ? ['', this.#floats([1, 1, to.factor, to.factor], [4])]
        : ['', '', this.#sizeOf(x, to.like)];
    return map(this.#node('Resize', [x.tensor, ...size], attributes), x.channels);
  }

  output(name: string, x: OnnxMap): void {
    this.#node('Transpose', [x.tensor], [ints('perm', [0, 2, 3, 1])], name);
    const dims = [1, `${name} height`, `${name} width`, x.channels];
    this.#outputs.push(valueInfo(name, ONNX_TYPE.float, dims));
  }

  /** The model as the bytes of an .onnx file. */
  finish(name: string): Uint8Array {
    return encodeOnnx({
      irVersion: 8,
      producerName: 'veil',
      opsetImport: [{ domain: '', version: 17 }],
      graph: {
        name,
        node: this.#neededNodes(),
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
        valueInfo: this.#described,
      },
    });
  }

  #conv(
    x: OnnxMap,
    weights: string,
    kernel: readonly [number, number],
    channels: number,
    group: number,
    bias: Weights | null,
    options: ConvOptions,
  ): OnnxMap {
    const inputs = [x.tensor, weights];
    if (bias !== null) inputs.push(this.#biases(bias, channels));
    const attributes = [int('group', group), ...windowAttributes(kernel, options)];
    return map(this.#node('Conv', inputs, attributes), channels);
  }

  /**
   * Convolution of the interleaved picture in memory: for ONNX Runtime it is a single plane, three times as wide. That
   * saves the conversion to planes, and the convolution passes over its output once instead of once per plane.
   */
  #convPicture(
    kernel: Weights,
    bias: Weights | null,
    stride: number,
    { top, left, bottom, right }: Exclude<Padding, string>,
  ): OnnxMap {
    const [height, width, inputs, outputs] = shape4(kernel);
    const rows = this.#node('Flatten', [PICTURE_INPUT], [int('axis', 2)]);
    const plane = this.#node('Unsqueeze', [rows, this.#longs([0, 1])]);
    const values = this.#node('Cast', [plane], [int('to', ONNX_TYPE.float)]);
    const data = permute(kernel.data, [height * width * inputs, outputs, 1], [1, 0, 2]);
    const weights = [this.#floats(data, [outputs, 1, height, width * inputs])];
    if (bias !== null) weights.push(this.#biases(bias, outputs));
    const attributes = [
      ints('kernel_shape', [height, width * inputs]),
      ints('strides', [stride, stride * inputs]),
      ints('pads', [top, left * inputs, bottom, right * inputs]),
    ];
    return map(this.#node('Conv', [values, ...weights], attributes), outputs);
  }

  /** ONNX Runtime fuses a sum into the convolution before it only if the sizes are declared equal. */
  #declareSameSize(maps: readonly OnnxMap[]): void {
    const size =
      maps.map(({ tensor }) => this.#sizes.get(tensor)).find((known) => known !== undefined) ?? this.#name();
    for (const { tensor, channels } of maps) {
      if (this.#sizes.has(tensor)) continue;
      this.#sizes.set(tensor, size);
      const dims = [1, channels, `${size} height`, `${size} width`];
      this.#described.push(valueInfo(tensor, ONNX_TYPE.float, dims));
    }
  }

  /** Drops nodes that no output needs: ONNX Runtime would run them. */
  #neededNodes(): OnnxNode[] {
    const needed = new Set(this.#outputs.map(({ name }) => name));
    const kept = this.#nodes.toReversed().filter(({ input, output }) => {
      if (!output.some((name) => needed.has(name))) return false;
      for (const name of input) needed.add(name);
      return true;
    });
    return kept.reverse();
  }

  /** A tensor with [1, channels of `x`, height and width of `like`]. */
  #sizeOf(x: OnnxMap, like: OnnxMap): string {
    const size = this.#node('Shape', [like.tensor], [int('start', 2), int('end', 4)]);
    return this.#node('Concat', [this.#longs([1, x.channels]), size], [int('axis', 0)]);
  }

  #biases(bias: Weights, channels: number): string {
    checkChannels('bias', bias.data.length, channels);
    return this.#floats(bias.data, [channels]);
  }

  #node(opType: string, input: string[], attribute: OnnxAttribute[] = [], output = this.#name()): string {
    this.#nodes.push({ opType, input, output: [output], attribute });
    return output;
  }

  #floats(values: ArrayLike<number>, dims: number[]): string {
    const make = (name: string): OnnxTensor => floats(name, dims, values);
    return values.length > 8
      ? this.#add(make)
      : this.#once(`[${dims.join()}] ${Array.from(values).join()}`, make);
  }

  #longs(values: readonly number[]): string {
    return this.#once(values.join(), (name) => longs(name, values));
  }

  #add(make: (name: string) => OnnxTensor): string {
    const name = this.#name();
    this.#initializers.push(make(name));
    return name;
  }

  /** Shares small constants: bounds, sizes, scales. */
  #once(key: string, make: (name: string) => OnnxTensor): string {
    const name = this.#shared.get(key) ?? this.#add(make);
    this.#shared.set(key, name);
    return name;
  }

  #name(): string {
    this.#names += 1;
    return `t${this.#names}`;
  }
}

function map(tensor: string, channels: number): OnnxMap {
  return { tensor, channels };
}

function checkChannels(what: string, has: number, wants: number): void {
  if (has !== wants) throw new RangeError(`${what}: ${has} channels where ${wants} are needed.`);
}
