import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { driverState } from '../../src/gpu/driver.ts';
import { adapterFacts } from '../../src/gpu/remembered-adapter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
const CARD = { name: 'Example Card 3000', isFallback: false };
let count = 0;
let asked = 0;

beforeEach(async () => {
  count += 1;
  asked = 0;
  vi.stubEnv('VEIL_HOME', at(`home ${count}`));
  await writeFile(at('driver.json'), '{}');
  vi.stubEnv('VK_DRIVER_FILES', at('driver.json'));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function inspect(answer: typeof CARD | null): () => Promise<typeof CARD | null> {
  return () => {
    asked += 1;
    return Promise.resolve(answer);
  };
}

test.runIf(process.platform === 'linux').each([CARD, null])(
  'the adapter %j is asked for once',
  async (card) => {
    expect(await adapterFacts(inspect(card))).toEqual(card);
    expect(await adapterFacts(inspect(card))).toEqual(card);
    expect(asked).toBe(1);
  },
);

test('the adapter is asked for again when the driver was updated', async () => {
  await adapterFacts(inspect(null));
  await writeFile(at('driver.json'), '{"updated":true}');
  expect(await adapterFacts(inspect(CARD))).toEqual(CARD);
});

test('the adapter is asked for again when another device was chosen', async () => {
  await adapterFacts(inspect(CARD));
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '');
  vi.stubEnv('MESA_VK_DEVICE_SELECT', '10de:2330');
  expect(await adapterFacts(inspect(null))).toBeNull();
});

test('a driver that crashes is asked again', async () => {
  await expect(adapterFacts(() => Promise.reject(new Error('crashed')))).rejects.toThrow('crashed');
  expect(await adapterFacts(inspect(CARD))).toEqual(CARD);
});

test('a damaged file and a folder that cannot be written change nothing', async () => {
  await adapterFacts(inspect(CARD));
  await writeFile(at(`home ${count}`, 'gpu.json'), '{"format":"veil-gpu/1"');
  expect(await adapterFacts(inspect(CARD))).toEqual(CARD);
  vi.stubEnv('VEIL_HOME', at('driver.json'));
  expect(await adapterFacts(inspect(CARD))).toEqual(CARD);
});

test.runIf(process.platform === 'linux')(
  'the state of the driver is the same when nothing changed',
  async () => {
    expect(await driverState()).toBe(await driverState());
  },
);
