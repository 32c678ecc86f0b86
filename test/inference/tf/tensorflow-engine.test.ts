import { describe, expect, test } from 'vitest';
import type { Engine, Network } from '../../../src/inference/engine.ts';
import { createOnnxRuntimeEngine } from '../../../src/inference/onnx/onnxruntime-engine.ts';
import { createTensorflowEngine } from '../../../src/inference/tf/tensorflow-engine.ts';
import type { FeatureMap, GraphBuilder } from '../../../src/inference/graph.ts';
import type { Weights } from '../../../src/models/weights.ts';
import { readBlazeFace } from '../../../src/detect/networks/blazeface.ts';
import { readSsdMobilenetV1 } from '../../../src/detect/networks/ssd-mobilenet-v1.ts';
import { readVeilFace, VEIL_CLOSE_UP_FILE } from '../../../src/detect/networks/veil-face.ts';
import { TF_PROVIDERS } from '../../../src/inference/tf/backend.ts';
import type { Picture } from '../../../src/frame/frame.ts';
import { groupPhoto } from '../../support/photo-clip.ts';
import { readPicture } from '../../support/read-picture.ts';

const onnx = await createOnnxRuntimeEngine();

/** One engine per provider that works here; the last ones always do. */
const engines = new Map<string, Engine>();
for (const provider of TF_PROVIDERS) {
  const engine = await createTensorflowEngine([provider]).catch(() => null);
  if (engine !== null) engines.set(provider, engine);
}

const photo = await readPicture(groupPhoto(1), 192, 128);

describe.each(TF_PROVIDERS)('TensorFlow.js with %s', (provider) => {
  const engine = engines.get(provider);
  const optional = provider.startsWith('tfjs-node');
  test.skipIf(optional && engine === undefined)(`works (skipped where ${provider} is not installed)`, () => {
    expect(engine?.provider).toBe(provider);
  });
  if (engine === undefined) return;

  test.each([
    ['crowds', () => readVeilFace()],
    ['close-ups', () => readVeilFace(VEIL_CLOSE_UP_FILE)],
    ['SSD', readSsdMobilenetV1],
  ] as const)('agrees with ONNX Runtime on the network for %s', async (_, read) => {
    await expectAgreement(engine, await read(), photo);
  });

  test.each(['short', 'full'] as const)('agrees with ONNX Runtime on the %s range network', async (range) => {
    const network = await readBlazeFace(range);
    await expectAgreement(engine, network, await readPicture(groupPhoto(2), network.size, network.size));
  });

  test('agrees with ONNX Runtime on every operation, at sizes that are not multiples', async () => {
    await expectAgreement(engine, EVERYTHING, noise(37, 26));
  });

  test('leaves no tensor behind', async () => {
    const tf = await import('@tensorflow/tfjs-core');
    const before = tf.memory().numTensors;
    const model = await engine.load(EVERYTHING);
    await model.run(noise(37, 26));
    const loaded = tf.memory().numTensors;
    for (let run = 0; run < 3; run += 1) await model.run(noise(20 + run, 31));
    expect(tf.memory().numTensors).toBe(loaded);
    await model.close();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('fails rather than return less than every output', async () => {
    const model = await engine.load(EVERYTHING);
    const tooLittle = { width: 30, height: 30, data: new Uint8Array(12) };
    await expect(model.run(tooLittle)).rejects.toMatchObject({ code: 'DETECTOR_FAILED' });
    await model.close();
  });
});

test('takes the best provider that works, and knows why not the others', async () => {
  const engine = await createTensorflowEngine();
  expect(engine.provider).toBe([...engines.keys()][0]);
  const passedOver = TF_PROVIDERS.slice(0, TF_PROVIDERS.indexOf(engine.provider));
  for (const provider of passedOver) expect(engine.note).toContain(`${provider}: `);
});

/** Every operation of the builder, each with its own output. */
const EVERYTHING: Network = {
  name: 'everything',
  describe: <T>(graph: GraphBuilder<T>) => {
    const picture = graph.picture({ mean: [120, 110, 100], scale: 1 / 128 });
    const first = graph.conv(picture, weights([3, 3, 3, 8]), weights([8]), { stride: 2 });
    const sided = { top: 1, left: 2, bottom: 0, right: 1 };
    const depthwise = graph.depthwiseConv(graph.relu(first), weights([3, 3, 8]), weights([8]));
    const small = graph.maxPool(depthwise, 2, { stride: 2 });
    const outputs: Record<string, T> = {
      'normalised picture': picture,
      first,
      depthwise,
      small,
      'conv without bias': graph.conv(picture, weights([5, 5, 3, 4]), null, { padding: 'valid', stride: 2 }),
      'conv padded by numbers': graph.conv(picture, weights([3, 3, 3, 4]), null, { padding: sided }),
      'dilated conv': graph.conv(depthwise, weights([3, 3, 8, 4]), weights([4]), { dilation: 2 }),
      'dilated depthwise conv': graph.depthwiseConv(depthwise, weights([3, 3, 8]), null, { dilation: 2 }),
      'depthwise conv padded by numbers': graph.depthwiseConv(depthwise, weights([3, 3, 8]), null, {
        padding: sided,
        stride: 2,
      }),
      relu6: graph.relu6(graph.conv(depthwise, weights([1, 1, 8, 6]), weights([6]))),
      prelu: graph.prelu(graph.conv(depthwise, weights([3, 3, 8, 6]), weights([6])), weights([6])),
      'prelu alone': graph.prelu(picture, weights([3])),
      'prelu of a depthwise conv': graph.prelu(
        graph.depthwiseConv(first, weights([3, 3, 8]), null),
        weights([8]),
      ),
      sigmoid: graph.sigmoid(first),
      add: graph.add(first, depthwise),
      multiply: graph.multiply(first, depthwise),
      'max pool padded by numbers': graph.maxPool(first, 3, { padding: sided, stride: 2 }),
      'average pool': graph.averagePool(first, 3, { stride: 2 }),
      'average pool padded by numbers': graph.averagePool(first, 3, { padding: sided, stride: 2 }),
      'padded channels': graph.padChannels(first, 5),
      concat: graph.concat([first, depthwise, graph.padChannels(first, 1)]),
      'bilinear, to a size': graph.resize(small, { like: first }, 'bilinear'),
      'bilinear, by a factor': graph.resize(first, { factor: 2 }, 'bilinear'),
      'nearest, to a size': graph.resize(small, { like: picture }, 'nearest'),
      'nearest, by a factor': graph.resize(first, { factor: 3 }, 'nearest'),
    };
    for (const [name, map] of Object.entries(outputs)) graph.output(name, map);
  },
};

async function expectAgreement(engine: Engine, network: Network, picture: Picture): Promise<void> {
  const [expected, actual] = [await runOnce(onnx, network, picture), await runOnce(engine, network, picture)];
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  const differences = [...expected].map(([name, map]) => [name, difference(map, actual.get(name))] as const);
  expect(differences.filter(([, value]) => !(value < 1e-3))).toEqual([]);
}

async function runOnce(engine: Engine, network: Network, picture: Picture) {
  const model = await engine.load(network);
  try {
    return await model.run(picture);
  } finally {
    await model.close();
  }
}

/** Largest difference of two values; infinite if the shapes differ. */
function difference(a: FeatureMap, b: FeatureMap | undefined): number {
  if (a.width !== b?.width || a.height !== b.height || a.channels !== b.channels) return Infinity;
  return a.data.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b.data[index]!)), 0);
}

/** The same numbers in -0.5…0.5 each time. */
function weights(shape: readonly number[]): Weights {
  const count = shape.reduce((product, size) => product * size, 1);
  return {
    shape,
    data: Float32Array.from({ length: count }, (_, index) => pseudoRandom(index + count) - 0.5),
  };
}

function noise(width: number, height: number): Picture {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, index) => 256 * pseudoRandom(index));
  return { width, height, data };
}

function pseudoRandom(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43758.5453;
  return value - Math.floor(value);
}
