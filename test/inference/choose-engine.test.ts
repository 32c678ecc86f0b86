import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readVeilFace } from '../../src/detect/networks/veil-face.ts';
import type { Engine, Model } from '../../src/inference/engine.ts';
import { chooseEngine } from '../../src/inference/choose-engine.ts';
import type { EngineCandidate } from '../../src/inference/engine-candidates.ts';
import { createOnnxRuntimeEngine } from '../../src/inference/onnx/onnxruntime-engine.ts';
import { createTensorflowEngine } from '../../src/inference/tf/tensorflow-engine.ts';
import { VeilError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';

let folder: string;
let cacheFile: string;
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veil-engine-'));
  cacheFile = join(folder, 'cache', 'engine.json');
  lines = [];
});

afterEach(() => rm(folder, { recursive: true }));

const logger: Logger = {
  info: () => undefined,
  debug: (message) => lines.push(message),
  warn: (message) => lines.push(message),
};

test('takes the faster engine, says which and why, and remembers it', async () => {
  const opened: string[] = [];
  const choose = () =>
    chooseEngine('auto', {
      network: readVeilFace,
      logger,
      cacheFile,
      candidates: [slow(opened), fast(opened)],
    });

  expect((await choose()).provider).toBe('cpu');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^Engine: onnxruntime \(cpu\), the fastest here \(fast \d+ ms, slow \d+ ms\)\.$/);
  expect(opened).toEqual(['slow', 'fast']);

  expect((await choose()).provider).toBe('cpu');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('Engine: onnxruntime (cpu), measured before');
  expect(opened).toEqual(['slow', 'fast', 'fast']);
  expect(await readdir(join(folder, 'cache'))).toEqual(['engine.json']);
});

test.each([
  ['no JSON', '{'],
  ['of another form', '{"format":"veil-engine/1","choices":7}'],
  ['of another machine', JSON.stringify({ format: 'veil-engine/1', machine: 'other', choices: {} })],
])('measures again where what it remembers is %s', async (_, content) => {
  cacheFile = join(folder, 'engine.json');
  await writeFile(cacheFile, content);
  const opened: string[] = [];
  await chooseEngine('auto', {
    network: readVeilFace,
    logger,
    cacheFile,
    candidates: [broken, fast(opened)],
  });
  expect(opened).toEqual(['fast']);
  expect(JSON.parse(await readFile(cacheFile, 'utf8'))).toMatchObject({
    choices: { auto: { winner: 'fast' } },
  });
});

test('measures again where the engine that it remembers has stopped working', async () => {
  const first = await chooseEngine('auto', {
    network: readVeilFace,
    logger,
    cacheFile,
    candidates: [broken, fast([])],
  });
  expect(first.name).toBe('onnxruntime');
  const gone = { ...broken, label: 'fast' };
  const second = await chooseEngine('auto', {
    network: readVeilFace,
    logger,
    cacheFile,
    candidates: [gone, wasm],
  });
  expect(second.name).toBe('tensorflow');
  expect(lines.at(-1)).toContain('Not usable: fast: It is out of order.');
});

test('works where nothing can be remembered', async () => {
  await writeFile(join(folder, 'cache'), 'a file where the folder should be');
  const engine = await chooseEngine('auto', {
    network: readVeilFace,
    logger,
    cacheFile,
    candidates: [broken, fast([])],
  });
  expect(engine.name).toBe('onnxruntime');
});

test('refuses an engine that is fast and wrong', async () => {
  const engine = await chooseEngine('auto', { network: readVeilFace, logger, candidates: [fast([]), wrong] });
  expect(engine.provider).toBe('cpu');
  expect(lines[0]).toContain('Not usable: wrong: Its results differ');
});

test('fails with every reason where nothing works', async () => {
  const choosing = chooseEngine('auto', {
    network: readVeilFace,
    logger,
    candidates: [broken, { ...broken, label: 'other' }],
  });
  await expect(choosing).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await expect(choosing).rejects.toThrow(/broken: It is out of order\. other: It is out of order\./);
});

test('takes TensorFlow.js unmeasured when that is asked for', async () => {
  expect((await chooseEngine('tensorflow', { network: readVeilFace, logger })).name).toBe('tensorflow');
});

function fast(opened: string[]): EngineCandidate {
  return candidate('fast', opened, () => createOnnxRuntimeEngine());
}

/** Repeats the same work many times before it answers. */
function slow(opened: string[]): EngineCandidate {
  return candidate('slow', opened, async () => {
    const engine = await createOnnxRuntimeEngine();
    return { ...engine, provider: 'slow', load: async (network) => repeated(await engine.load(network)) };
  });
}

function repeated(model: Model): Model {
  return {
    run: async (picture) => {
      for (let run = 0; run < 9; run += 1) await model.run(picture);
      return model.run(picture);
    },
    close: () => model.close(),
  };
}

const wasm: EngineCandidate = { label: 'wasm', open: () => createTensorflowEngine(['wasm']) };

const broken: EngineCandidate = {
  label: 'broken',
  open: () => Promise.reject(new VeilError('ENGINE_UNAVAILABLE', 'It is out of order.')),
};

const wrong: EngineCandidate = {
  label: 'wrong',
  open: async () => {
    const engine = await createOnnxRuntimeEngine();
    return { ...engine, provider: 'wrong', load: (network) => loadWrong(engine, network) };
  },
};

async function loadWrong(engine: Engine, network: Parameters<Engine['load']>[0]) {
  const model = await engine.load(network);
  const picture = { width: 512, height: 288, data: new Uint8Array(3 * 512 * 288) };
  const other = await model.run(picture);
  return { run: () => Promise.resolve(other), close: () => model.close() };
}

function candidate(label: string, opened: string[], open: () => Promise<Engine>): EngineCandidate {
  return {
    label,
    open: () => {
      opened.push(label);
      return open();
    },
  };
}
