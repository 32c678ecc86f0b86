import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { spaceNotices } from '../../../src/cli/batch/free-space.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const at = temporaryFolder();

async function job(name: string, bytes: number): Promise<{ input: string; output: string }> {
  await writeFile(at(name), Buffer.alloc(bytes));
  return { input: at(name), output: at('out', 'deeper', name) };
}

const disk = (freeBytes: number) => () => Promise.resolve({ id: 1, freeBytes });

describe('the room for outputs', () => {
  it('is compared with the inputs before they are covered, all of one disk together', async () => {
    const jobs = [await job('a.mp4', 3_000_000), await job('b.mp4', 4_000_000)];
    expect(await spaceNotices(jobs, 1, disk(8_000_000))).toEqual([]);
    expect(await spaceNotices(jobs, 1, disk(5_000_000))).toEqual([
      `There may be too little room in ${at('out', 'deeper')}: 0.005 GB are free, and about 0.007 GB are needed.`,
    ]);
    expect(await spaceNotices(jobs, 2, disk(8_000_000))).toHaveLength(1);
  });

  it('is not needed again for what is there, and is asked of the disk itself', async () => {
    const done = await job('c.mp4', 3_000_000);
    await mkdir(at('out', 'deeper'), { recursive: true });
    await writeFile(done.output, 'done');
    expect(await spaceNotices([done], 1, disk(0))).toEqual([]);
    expect(await spaceNotices([await job('d.mp4', 10)])).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('is no matter where there is no disk', async () => {
    const { input } = await job('e.mp4', 3_000_000);
    expect(await spaceNotices([{ input, output: '/proc/e.mp4' }])).toEqual([]);
  });
});
