import type { Network } from '../../inference/engine.ts';
import type { GraphBuilder } from '../../inference/graph.ts';
import type { Weights } from '../../models/weights.ts';
import { FaceApiWeights } from '../../models/face-api-weights.ts';

/** Of the batch normalisations, as in training. */
const EPSILON = 0.001;

/** Indexes of the 13 pairs of convolutions that halve the size. */
const HALVING = [2, 4, 6, 12];

/**
 * SSD (Liu et al. 2016) on MobileNetV1 (Howard et al. 2017), trained on WIDER FACE by yeephycho, with the weights in
 * face-api. Outputs of each level i of SSD_LEVELS (`decoders/ssd.ts`): `boxes i`, 4 encoded coordinates per anchor, and
 * `scores i`, the probability of a face per anchor. Input sides must be multiples of 32 to align anchors and features.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE
 */
export async function readSsdMobilenetV1(): Promise<Network> {
  const weights = await FaceApiWeights.read('ssd_mobilenetv1_model');
  return {
    name: 'ssd-mobilenet-v1',
    describe: (graph) => {
      describe(graph, weights);
    },
  };
}

function describe<T>(graph: GraphBuilder<T>, weights: FaceApiWeights): void {
  const picture = graph.picture({ mean: [127.5, 127.5, 127.5], scale: 1 / 127.5 });
  const levels: T[] = [];
  let x = convolution(graph, weights, picture, 'MobilenetV1/Conv2d_0_pointwise', 2);
  for (let pair = 1; pair <= 13; pair += 1) {
    const name = `MobilenetV1/Conv2d_${pair}`;
    x = depthwise(graph, weights, x, `${name}_depthwise`, HALVING.includes(pair) ? 2 : 1);
    x = convolution(graph, weights, x, `${name}_pointwise`, 1);
    if (pair === 11 || pair === 13) levels.push(x);
  }
  for (let layer = 0; layer < 8; layer += 2) {
    x = convolution(graph, weights, x, `Prediction/Conv2d_${layer}_pointwise`, 1);
    x = convolution(graph, weights, x, `Prediction/Conv2d_${layer + 1}_pointwise`, 2);
    levels.push(x);
  }
  levels.forEach((level, index) => {
    predict(graph, weights, level, index);
  });
}

function convolution<T>(
  graph: GraphBuilder<T>,
  weights: FaceApiWeights,
  x: T,
  name: string,
  stride: number,
): T {
  const kernel = weights.get(`${name}/weights`);
  return graph.relu6(graph.conv(x, kernel, weights.get(`${name}/convolution_bn_offset`), { stride }));
}

function depthwise<T>(
  graph: GraphBuilder<T>,
  weights: FaceApiWeights,
  x: T,
  name: string,
  stride: number,
): T {
  const { kernel, bias } = foldBatchNorm(
    weights.get(`${name}/depthwise_weights`),
    weights.get(`${name}/BatchNorm/gamma`).data,
    weights.get(`${name}/BatchNorm/beta`).data,
    weights.get(`${name}/BatchNorm/moving_mean`).data,
    weights.get(`${name}/BatchNorm/moving_variance`).data,
  );
  return graph.relu6(graph.depthwiseConv(x, kernel, bias, { stride }));
}

function predict<T>(graph: GraphBuilder<T>, weights: FaceApiWeights, x: T, level: number): void {
  const name = `Prediction/BoxPredictor_${level}`;
  const options = { padding: 'valid' } as const;
  const boxes = graph.conv(
    x,
    weights.get(`${name}/BoxEncodingPredictor/weights`),
    weights.get(`${name}/BoxEncodingPredictor/biases`),
    options,
  );
  // Three classes per anchor; only the second, `face`, is used.
  const logits = graph.conv(
    x,
    everyThird(weights.get(`${name}/ClassPredictor/weights`)),
    everyThird(weights.get(`${name}/ClassPredictor/biases`)),
    options,
  );
  graph.output(`boxes ${level}`, boxes);
  graph.output(`scores ${level}`, graph.sigmoid(logits));
}

/** Channel last, like depthwise kernels [height, width, channels, 1]. */
function foldBatchNorm(
  kernel: Weights,
  gamma: Float32Array,
  beta: Float32Array,
  mean: Float32Array,
  variance: Float32Array,
): { kernel: Weights; bias: Weights } {
  const factors = gamma.map((value, channel) => value / Math.sqrt(at(variance, channel) + EPSILON));
  const bias = beta.map((value, channel) => value - at(mean, channel) * at(factors, channel));
  const [height = 0, width = 0, channels = 0] = kernel.shape;
  return {
    kernel: {
      shape: [height, width, channels],
      data: kernel.data.map((value, index) => value * at(factors, index % channels)),
    },
    bias: { shape: [channels], data: bias },
  };
}

/** Elements 1, 4, 7 … of the last axis. */
function everyThird({ shape, data }: Weights): Weights {
  const channels = shape.at(-1) ?? 0;
  return {
    shape: [...shape.slice(0, -1), channels / 3],
    data: data.filter((_, index) => (index % channels) % 3 === 1),
  };
}

function at(values: Float32Array, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError('Weights of one layer differ in length.');
  return value;
}
