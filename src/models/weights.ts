/** Weights in TensorFlow's layouts: HWIO for convolutions, HWC for depthwise ones, C for biases and slopes. */
export interface Weights {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
