import { mkdir, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CoverBatch } from '../../../src/cli/batch/cover-batch.ts';
import { watchFolders } from '../../../src/cli/batch/watch.ts';
import { planOutputs, type Job } from '../../../src/cli/output/outputs.ts';
import type { Reporter } from '../../../src/cli/report/reporter.ts';
import { resolveConfig } from '../../../src/config/load.ts';
import { Deferred } from '../../../src/base/deferred.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const at = temporaryFolder();
const reporter = { notice: () => undefined } as unknown as Reporter;
const { video } = resolveConfig();

/** Watches a folder of that name; the test decides when each file is done. */
async function watch(name: string, isOneByOne: boolean) {
  await mkdir(at(name));
  const begun: Job[] = [];
  const letGo = new Deferred<undefined>();
  const batch = {
    isOneByOne,
    run: async (jobs: readonly Job[]) => {
      begun.push(...jobs);
      await letGo.promise;
      return 0;
    },
  } as unknown as CoverBatch;
  const stopping = new AbortController();
  const ended = watchFolders({
    ...{ folders: [at(name)], batch, reporter, signal: stopping.signal, quietMs: 0, everyMs: 5 },
    plan: (inputs, kept) =>
      planOutputs(inputs, {
        output: undefined,
        report: true,
        video,
        several: true,
        reportsPhotos: true,
        kept,
      }),
  });
  return {
    names: () => begun.map(({ input }) => basename(input)),
    reports: () => begun.map(({ report }) => basename(report!)),
    letGo: () => {
      letGo.resolve(undefined);
    },
    stop: async () => {
      letGo.resolve(undefined);
      stopping.abort();
      return ended;
    },
  };
}

describe('a folder that is watched', () => {
  it('has what comes in begun while others are in work, where several are worked on at once', async () => {
    const watched = await watch('several', false);
    await writeFile(at('several/a.mp4'), 'x');
    await expect.poll(watched.names).toEqual(['a.mp4']);
    await writeFile(at('several/b.mp4'), 'x');
    await expect.poll(watched.names).toEqual(['a.mp4', 'b.mp4']);
    expect(await watched.stop()).toBe(0);
  });

  it('is worked on one by one otherwise', async () => {
    const watched = await watch('single', true);
    await writeFile(at('single/a.mp4'), 'x');
    await expect.poll(watched.names).toEqual(['a.mp4']);
    await writeFile(at('single/b.mp4'), 'x');
    watched.letGo();
    await expect.poll(watched.names).toEqual(['a.mp4', 'b.mp4']);
    await watched.stop();
  });

  it('keeps the names of what was there where a neighbour comes, also when it changes', async () => {
    const watched = await watch('names', false);
    await writeFile(at('names/b.mp4'), 'x');
    await expect.poll(watched.reports).toEqual(['b.veil.report.json']);
    await writeFile(at('names/b.mkv'), 'x');
    await expect.poll(watched.reports).toHaveLength(2);
    await writeFile(at('names/b.mp4'), 'changed');
    await expect
      .poll(watched.reports)
      .toEqual([...['b.veil.report.json', 'b.mkv.veil.report.json', 'b.veil.report.json']]);
    await watched.stop();
  });
});
