import { beforeAll, describe, expect, test } from 'vitest';
import { makeBaseFiles, type BaseFile } from '../../scripts/fuzz/base-files.ts';
import { mutateBytes } from '../../scripts/fuzz/mutate-bytes.ts';
import { Random } from '../../scripts/random.ts';
import { readerTargets } from '../../scripts/fuzz/readers.ts';
import { runFiles } from '../../scripts/fuzz/run-files.ts';
import { runReaders } from '../../scripts/fuzz/run-readers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
const SEED = 20_260_101;
let files: readonly BaseFile[] = [];

beforeAll(async () => {
  files = await makeBaseFiles(at('.'));
});

describe('a fuzz run', () => {
  test('damages the same way for the same seed', () => {
    const damaged = (seed: number): Buffer => mutateBytes(Buffer.alloc(100), new Random(seed));
    expect(damaged(7)).toEqual(damaged(7));
    expect(damaged(7)).not.toEqual(damaged(8));
  });

  test('begins with inputs that are read, of every kind', async () => {
    expect(files.length).toBeGreaterThan(12);
    for (const { name, bases, read } of await readerTargets(at('.'), files)) {
      for (const base of bases) expect(await read(base), name).not.toBeNull();
    }
  });

  test('finds no reader that hangs, or fails otherwise than with its own error', async () => {
    const { cases, failures } = await runReaders(
      { folder: at('.'), files },
      { from: SEED, count: 1000 },
      Infinity,
    );
    expect(failures).toEqual([]);
    expect(cases).toBe(1000);
  });

  test('finds no damaged file that is left open, unexplained or not cleaned up after', async () => {
    const seeds = Array.from({ length: 10 }, (_, index) => SEED + index);
    const { cases, failures } = await runFiles({ folder: at('.'), files }, seeds, Infinity);
    expect(failures).toEqual([]);
    expect(cases).toBe(seeds.length);
  });
});
