import { expect, test } from 'vitest';
import { createOnnxRuntimeEngine } from '../../../src/inference/onnx/onnxruntime-engine.ts';
import type { GraphBuilder, Padding } from '../../../src/inference/graph.ts';
import type { Weights } from '../../../src/models/weights.ts';
import type { Picture } from '../../../src/frame/frame.ts';

const PLAIN = { mean: [0, 0, 0], scale: 1 } as const;

/** Runs the network from `describe` on a picture with these rows in red; green is 100, blue 200. */
async function run(
  rows: readonly (readonly number[])[],
  describe: <T>(graph: GraphBuilder<T>, picture: T) => T,
  normalize: Parameters<GraphBuilder<unknown>['picture']>[0] = PLAIN,
) {
  const engine = await createOnnxRuntimeEngine();
  const model = await engine.load({
    name: 'test',
    describe: (graph) => {
      graph.output('result', describe(graph, graph.picture(normalize)));
    },
  });
  try {
    const result = (await model.run(pictureOf(rows))).get('result')!;
    const { height, width, channels, data } = result;
    return { size: [height, width, channels], values: [...data] };
  } finally {
    await model.close();
  }
}

test('the picture is normalised, a mean for each colour', async () => {
  const { size, values } = await run([[50, 250]], (_, picture) => picture, {
    mean: [50, 100, 150],
    scale: 0.5,
  });
  expect(size).toEqual([1, 2, 3]);
  expect(values).toEqual([0, 0, 25, 100, 0, 25]);
});

test('a convolution takes its weights as height, width, inputs, outputs', async () => {
  // Output 0: the pixel to the right of red; output 1: blue + bias.
  const kernel = kernelOf([1, 3, 3, 2], (row, column, input, output) =>
    (output === 0 && column === 2 && input === 0) || (output === 1 && column === 1 && input === 2) ? 1 : 0,
  );
  const { size, values } = await run([[1, 2, 3]], (graph, picture) =>
    graph.conv(picture, kernel, weights([2], [0, 7])),
  );
  expect(size).toEqual([1, 3, 2]);
  expect(values).toEqual([2, 207, 3, 207, 0, 207]);
});

test.each([
  // TensorFlow pads an even size with stride 2 only at the end, an odd one on both sides.
  ['same', [1, 2, 3, 4], [1 + 2 + 3, 3 + 4]],
  ['same', [1, 2, 3, 4, 5], [1 + 2, 2 + 3 + 4, 4 + 5]],
  ['valid', [1, 2, 3, 4, 5], [1 + 2 + 3, 3 + 4 + 5]],
  [{ top: 0, bottom: 0, left: 2, right: 1 }, [1, 2, 3, 4], [1, 1 + 2 + 3, 3 + 4]],
] satisfies [Padding, number[], number[]][])('padding %j of %j', async (padding, row, expected) => {
  const sum = kernelOf([1, 3, 3, 1], (_row, _column, input) => (input === 0 ? 1 : 0));
  const { values } = await run([row], (graph, picture) =>
    graph.conv(picture, sum, null, { stride: 2, padding }),
  );
  expect(values).toEqual(expected);
});

test('a convolution of the bytes as they lie is the one of the picture as planes', async () => {
  const kernel = kernelOf([3, 3, 3, 4], (...at) => Math.sin(at.reduce((sum, index) => 5 * sum + index)));
  const biases = weights([4], [1, -1, 0, 0.5]);
  const rows = [0, 1, 2, 3, 4, 5, 6].map((row) =>
    [0, 31, 62, 93, 124, 155, 186, 217].map((red) => red + 5 * row),
  );
  for (const stride of [1, 2]) {
    const options = { stride, padding: { top: 1, left: 2, bottom: 0, right: 1 } };
    const bytes = await run(rows, (graph, picture) => graph.conv(picture, kernel, biases, options));
    // Halved and doubled, it is no longer the unchanged picture.
    const planes = await run(
      rows,
      (graph, picture) => graph.conv(graph.add(picture, picture), kernel, biases, options),
      { mean: [0, 0, 0], scale: 0.5 },
    );
    expect(bytes.size).toEqual(planes.size);
    for (const [index, value] of planes.values.entries()) expect(bytes.values[index]).toBeCloseTo(value, 3);
  }
});

test('adding maps of different sizes that claim to be of one size is refused', async () => {
  const kernel = kernelOf([1, 1, 3, 16], () => 1);
  const sum = run([[1, 2, 3]], (graph, picture) => {
    const map = graph.conv(picture, kernel, null, { padding: 'valid' });
    const half = graph.conv(picture, kernel, null, { stride: 2, padding: 'valid' });
    return graph.add(map, graph.resize(half, { factor: 2 }, 'nearest'));
  });
  await expect(sum).rejects.toMatchObject({ code: 'DETECTOR_FAILED' });
});

test('a dilated convolution keeps the size and leaves pixels out', async () => {
  const sum = kernelOf([1, 3, 3, 1], (_row, _column, input) => (input === 0 ? 1 : 0));
  const { values } = await run([[1, 2, 4, 8, 16]], (graph, picture) =>
    graph.conv(picture, sum, null, { dilation: 2 }),
  );
  expect(values).toEqual([1 + 4, 2 + 8, 1 + 4 + 16, 2 + 8, 4 + 16]);
});

test('a depthwise convolution has a kernel of its own for each channel', async () => {
  const kernel: Weights = weights([2, 1, 3], [1, 0, 0, 1, 2, 0.5]);
  const { size, values } = await run([[1], [2]], (graph, picture) =>
    graph.depthwiseConv(picture, kernel, weights([3], [0, 1, 0]), { padding: 'valid' }),
  );
  expect(size).toEqual([1, 1, 3]);
  expect(values).toEqual([1 + 2, 201, 100]);
});

test('activations', async () => {
  const shift = { mean: [10, 100, 200], scale: 1 } as const;
  const first = async (describe: <T>(graph: GraphBuilder<T>, picture: T) => T) =>
    (await run([[6, 13, 20]], describe, shift)).values.filter((_, index) => index % 3 === 0);
  expect(await first((graph, picture) => graph.relu(picture))).toEqual([0, 3, 10]);
  expect(await first((graph, picture) => graph.relu6(picture))).toEqual([0, 3, 6]);
  const slopes = weights([1, 1, 3], [0.5, 1, 1]);
  expect(await first((graph, picture) => graph.prelu(picture, slopes))).toEqual([-2, 3, 10]);
  const [low, , high] = await first((graph, picture) => graph.sigmoid(picture));
  expect(low).toBeCloseTo(1 / (1 + Math.exp(4)), 5);
  expect(high).toBeCloseTo(1 / (1 + Math.exp(-10)), 5);
});

test('sums, products, more channels, joined channels', async () => {
  const { size, values } = await run([[3]], (graph, picture) => {
    const double = graph.add(picture, picture);
    const square = graph.multiply(picture, picture);
    return graph.concat([double, graph.padChannels(square, 2)]);
  });
  expect(size).toEqual([1, 1, 8]);
  expect(values).toEqual([6, 200, 400, 9, 10_000, 40_000, 0, 0]);
});

test('pools count no padding', async () => {
  const options = { stride: 2 };
  const max = await run([[1, 5, 3]], (graph, picture) => graph.maxPool(picture, 2, options));
  expect(max.values.filter((_, index) => index % 3 === 0)).toEqual([5, 3]);
  const mean = await run([[1, 5, 3]], (graph, picture) => graph.averagePool(picture, 2, options));
  expect(mean.values.filter((_, index) => index % 3 === 0)).toEqual([3, 3]);
});

test('sizes change by a factor, or to those of another map', async () => {
  const red = (values: number[]) => values.filter((_, index) => index % 3 === 0);
  const nearest = await run([[0, 8]], (graph, picture) => graph.resize(picture, { factor: 2 }, 'nearest'));
  expect(nearest.size).toEqual([2, 4, 3]);
  expect(red(nearest.values)).toEqual([0, 0, 8, 8, 0, 0, 8, 8]);
  const smooth = await run([[0, 8]], (graph, picture) => graph.resize(picture, { factor: 2 }, 'bilinear'));
  expect(red(smooth.values)).toEqual([0, 2, 6, 8, 0, 2, 6, 8]);
  const back = await run([[1, 2, 3]], (graph, picture) =>
    graph.resize(graph.maxPool(picture, 2, { stride: 2 }), { like: picture }, 'nearest'),
  );
  expect(back.size).toEqual([1, 3, 3]);
  expect(red(back.values)).toEqual([2, 2, 3]);
});

test('one model runs at every size', async () => {
  const engine = await createOnnxRuntimeEngine();
  const model = await engine.load({
    name: 'test',
    describe: (graph) => {
      graph.output('half', graph.maxPool(graph.picture(PLAIN), 3, { stride: 2 }));
    },
  });
  for (const [width, height] of [
    [4, 6],
    [7, 5],
    [640, 2],
  ] as const) {
    const outputs = await model.run({ width, height, data: new Uint8Array(3 * width * height) });
    expect(outputs.get('half')).toMatchObject({ width: Math.ceil(width / 2), height: Math.ceil(height / 2) });
  }
  await expect(model.run({ width: 4, height: 4, data: new Uint8Array(5) })).rejects.toMatchObject({
    code: 'DETECTOR_FAILED',
  });
  await model.close();
});

test('weights that do not fit are refused while the network is built', async () => {
  const wrong = kernelOf([1, 1, 4, 1], () => 1);
  await expect(run([[1]], (graph, picture) => graph.conv(picture, wrong, null))).rejects.toThrow(
    '4 channels',
  );
});

function pictureOf(rows: readonly (readonly number[])[]): Picture {
  const values = rows.flatMap((row) => row.flatMap((red) => [red, 100, 200]));
  return { width: rows[0]?.length ?? 0, height: rows.length, data: Uint8Array.from(values) };
}

function weights(shape: number[], values: number[]): Weights {
  return { shape, data: Float32Array.from(values) };
}

function kernelOf(
  shape: readonly [number, number, number, number],
  value: (row: number, column: number, input: number, output: number) => number,
): Weights {
  const [height, width, inputs, outputs] = shape;
  const values: number[] = [];
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1)
      for (let input = 0; input < inputs; input += 1)
        for (let output = 0; output < outputs; output += 1) values.push(value(row, column, input, output));
  return weights([...shape], values);
}
