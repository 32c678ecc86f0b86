import type { Weights } from '../models/weights.ts';

/**
 * `same` pads as TensorFlow does (output = ceil(input / stride), the odd pixel at the bottom right); numbers pad
 * exactly; `valid` pads nothing.
 */
export type Padding =
  | 'same'
  | 'valid'
  | { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };

export interface ConvOptions {
  readonly stride?: number;
  readonly padding?: Padding;
  readonly dilation?: number;
}

/** Conversion of a picture's bytes: (value - mean) × scale, by channel. */
export interface Normalization {
  readonly mean: readonly [number, number, number];
  readonly scale: number;
}

/**
 * Builds a convolutional network for any engine: networks are functions of this interface, and its implementations
 * write an ONNX model or a TensorFlow.js graph model. `T` is a feature map of the implementation: batch 1, any height
 * and width (fully convolutional), a known number of channels, in a memory layout of its own.
 */
export interface GraphBuilder<T> {
  /** The picture: uint8 RGB [1, height, width, 3] outside, float inside. */
  picture(normalization: Normalization): T;
  channels(x: T): number;
  conv(x: T, kernel: Weights, bias: Weights | null, options?: ConvOptions): T;
  depthwiseConv(x: T, kernel: Weights, bias: Weights | null, options?: ConvOptions): T;
  relu(x: T): T;
  relu6(x: T): T;
  /** x for x > 0, else x × slope, one slope per channel. */
  prelu(x: T, slope: Weights): T;
  sigmoid(x: T): T;
  add(a: T, b: T): T;
  multiply(a: T, b: T): T;
  maxPool(x: T, size: number, options?: ConvOptions): T;
  averagePool(x: T, size: number, options?: ConvOptions): T;
  /** Appends channels of zeros. */
  padChannels(x: T, count: number): T;
  /** Concatenates along the channels. */
  concat(parts: readonly T[]): T;
  /** To the size of `like`, or by a whole factor. Bilinear uses half-pixel centres. */
  resize(x: T, to: { readonly like: T } | { readonly factor: number }, method: 'nearest' | 'bilinear'): T;
  /** Names an output; engines return it as float32 [height, width, channels]. */
  output(name: string, x: T): void;
}

/** One output of a network: float32, rows of pixels of channels. */
export interface FeatureMap {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float32Array;
}
