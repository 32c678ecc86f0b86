import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { floats, longs } from '../../src/inference/onnx/elements.ts';
import { encodeOnnx, type OnnxModel, type OnnxNode } from '../../src/inference/onnx/messages.ts';
import { createDetector } from '../../src/detect/create-detector.ts';
import { createYunetDetector } from '../../src/detect/yunet-detector.ts';
import { VeilError } from '../../src/errors.ts';
import { iou } from '../../src/frame/box.ts';
import type { Picture } from '../../src/frame/frame.ts';
import { silentLogger } from '../../src/logger.ts';
import { groupPhoto } from '../support/photo-clip.ts';
import { readPicture } from '../support/read-picture.ts';

const yunet = fileURLToPath(
  new URL('../../../shared/eval/models/face_detection_yunet_2023mar.onnx', import.meta.url),
);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veil-yunet-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(!existsSync(yunet))('YuNet 2023mar (skipped where the evaluation set is missing)', () => {
  test('finds the faces of a group photo at any size, at the same places', async () => {
    const detector = await createYunetDetector({ name: 'yunet', path: yunet, threshold: 0.5 });
    const large = await detector.detect([await readPicture(groupPhoto(5), 1000)]);
    const small = await detector.detect([await readPicture(groupPhoto(5), 500)]);
    await detector.close();
    expect(small).toHaveLength(5);
    for (const { box } of small) {
      const { x, y, width, height } = box;
      const doubled = { x: 2 * x, y: 2 * y, width: 2 * width, height: 2 * height };
      expect(large.filter((face) => iou(face.box, doubled) > 0.6)).toHaveLength(1);
    }
  });

  test('is used by the name that it is stored by', async () => {
    const options = { engine: 'auto', threshold: 0.2, logger: silentLogger } as const;
    const modelPath = (name: string): Promise<string> => Promise.resolve(name === 'yunet' ? yunet : '');
    const detector = await createDetector({ ...options, detector: 'yunet', modelPath });
    await detector.close();
    expect(detector.name).toBe('yunet');
    expect(detector.description).toMatch(/^yunet /);
  });
});

describe('a network of the SCRFD type', () => {
  const FACE = { column: 3, row: 5 };

  /** Reports a face at stride 8 where the picture is white, with two anchors per cell. */
  function scrfd(): OnnxModel {
    const nodes: OnnxNode[] = [];
    for (const stride of [8, 16, 32]) {
      const pool = `pooled ${stride}`;
      nodes.push(
        node('MaxPool', ['input'], pool, { kernel_shape: [stride, stride], strides: [stride, stride] }),
        node('Conv', [pool, 'w score'], `s ${stride}`),
        node('Sigmoid', [`s ${stride}`], `p ${stride}`),
        node('Transpose', [`p ${stride}`], `ps ${stride}`, { perm: [0, 2, 3, 1] }),
        node('Reshape', [`ps ${stride}`, 'to scores'], `score_${stride}`),
        node('Conv', [pool, 'w box', 'b box'], `b ${stride}`),
        node('Transpose', [`b ${stride}`], `bs ${stride}`, { perm: [0, 2, 3, 1] }),
        node('Reshape', [`bs ${stride}`, 'to boxes'], `bbox_${stride}`),
      );
    }
    const outputs = [8, 16, 32].flatMap((stride) => [`score_${stride}`, `bbox_${stride}`]);
    return {
      irVersion: 6,
      opsetImport: [{ domain: '', version: 11 }],
      graph: {
        name: 'scrfd',
        node: nodes,
        initializer: [
          // Only red counts, so that a wrong channel order is noticed; only the second anchor responds.
          floats('w score', [2, 3, 1, 1], [0, 0, 0, 9, 0, 0]),
          floats('w box', [8, 3, 1, 1], new Array<number>(24).fill(0)),
          floats('b box', [8], [0, 0, 0, 0, 1, 2, 3, 4]),
          longs('to scores', [-1, 1]),
          longs('to boxes', [-1, 4]),
        ],
        input: [{ name: 'input', type: tensor([1, 3, 64, 64]) }],
        output: outputs.map((name) => ({ name, type: tensor(undefined) })),
      },
    };
  }

  test('is recognised, given RGB at any size, and read with its own boxes', async () => {
    const path = join(folder, 'scrfd.onnx');
    await writeFile(path, encodeOnnx(scrfd()));
    const detector = await createYunetDetector({ name: 'mine', path, threshold: 0.9 });
    const faces = await detector.detect([redSquare(150, 90, FACE.column * 8, FACE.row * 8, 8)]);
    await detector.close();
    expect(detector.description).toMatch(/^scrfd /);
    const [, , face] = faces;
    expect(faces).toHaveLength(3);
    expect(faces.map(({ box }) => box)).toContainEqual({ x: 16, y: 24, width: 32, height: 48 });
    expect(face?.score).toBeGreaterThan(0.9);
  });

  test('that can only take its own size is shown a scaled picture, and boxes come back in pixels of the first', async () => {
    const model = scrfd();
    // Adding a map of this size makes it useless at any other.
    model.graph.initializer.push(floats('zeros', [1, 3, 64, 64], new Array<number>(3 * 64 * 64).fill(0)));
    for (const { input } of model.graph.node) if (input[0] === 'input') input[0] = 'sum';
    model.graph.node.unshift(node('Add', ['input', 'zeros'], 'sum'));
    const path = join(folder, 'fixed.onnx');
    await writeFile(path, encodeOnnx(model));
    const detector = await createYunetDetector({ name: 'mine', path, threshold: 0.9 });
    expect(detector.description).toContain('64×64 only');
    const faces = await detector.detect([redSquare(128, 64, FACE.column * 16, 2 * 16, 16)]);
    await detector.close();
    expect(faces.map(({ box }) => box)).toContainEqual({ x: 32, y: 0, width: 64, height: 96 });
  });
});

describe('a file that is no such network', () => {
  async function reasonFor(content: Uint8Array): Promise<string> {
    const path = join(folder, 'hostile.onnx');
    await writeFile(path, content);
    const error = await createYunetDetector({ name: 'mine', path, threshold: 0.2 }).then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof VeilError)) throw new Error('It was accepted.', { cause: error });
    expect(error.code).toBe('MODEL_INVALID');
    return error.message;
  }

  const model = (change: (model: OnnxModel) => void): Uint8Array => {
    const made: OnnxModel = {
      irVersion: 8,
      opsetImport: [{ domain: '', version: 17 }],
      graph: {
        name: 'plain',
        node: [node('Relu', ['input'], 'out')],
        initializer: [],
        input: [{ name: 'input', type: tensor([1, 3, 'height', 'width']) }],
        output: [{ name: 'out', type: tensor(undefined) }],
      },
    };
    change(made);
    return encodeOnnx(made);
  };

  test('is refused with the reason', async () => {
    expect(await reasonFor(new Uint8Array(0))).toContain('not an ONNX model');
    expect(await reasonFor(new TextEncoder().encode('version https://git-lfs'))).toContain(
      'not an ONNX model',
    );
    expect(await reasonFor(crypto.getRandomValues(new Uint8Array(4096)))).toContain('not an ONNX model');
    expect(await reasonFor(model(() => undefined))).toContain('outputs (out)');
    expect(await reasonFor(model(({ graph }) => (graph.node[0]!.input = ['nothing'])))).toContain('refuses');
    expect(
      await reasonFor(model(({ graph }) => (graph.input[0]!.type = tensor([1, 3, 100_000, 100_000])))),
    ).toContain('too large');
    expect(await reasonFor(model(({ graph }) => (graph.input[0]!.type = tensor([1, 10]))))).toContain(
      'input',
    );
  });

  test('is refused unread where it would read other files or loop', async () => {
    const elsewhere = { name: 'w', dims: [1], dataType: 1, dataLocation: 1 };
    expect(await reasonFor(model(({ graph }) => graph.initializer.push(elsewhere)))).toContain('other files');
    const loop = { name: 'body', type: 5, g: new Uint8Array(0) };
    expect(await reasonFor(model(({ graph }) => graph.node[0]!.attribute.push(loop)))).toContain(
      'control flow',
    );
    expect(await reasonFor(model(({ graph }) => (graph.node[0]!.domain = 'evil')))).toContain('evil.Relu');
  });

  test('or is missing, is named', async () => {
    const path = join(folder, 'missing.onnx');
    await expect(createYunetDetector({ name: path, path, threshold: 0.2 })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining(path) as string,
    });
  });
});

function redSquare(width: number, height: number, x: number, y: number, size: number): Picture {
  const data = new Uint8Array(3 * width * height);
  for (let row = y; row < y + size; row += 1) {
    for (let column = x; column < x + size; column += 1) data[3 * (row * width + column)] = 255;
  }
  return { width, height, data };
}

function node(
  opType: string,
  input: string[],
  output: string,
  attributes: Record<string, number[]> = {},
): OnnxNode {
  const attribute = Object.entries(attributes).map(([name, ints]) => ({ name, type: 7, ints }));
  return { opType, input, output: [output], attribute };
}

function tensor(dims: (number | string)[] | undefined) {
  const dim = dims?.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { tensorType: { elemType: 1, ...(dim === undefined ? {} : { shape: { dim } }) } };
}
