import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Scratch } from '../../../src/jobs/storage/scratch.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const at = temporaryFolder();

describe('the private folders of a worker', () => {
  it('are for their owner alone, and go with all that is in them', async () => {
    const scratch = new Scratch({ folder: at('own'), quota: 100 });
    const folder = await scratch.open();
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
    await writeFile(`${folder.path}/in.mp4`, 'fetched');
    await folder[Symbol.asyncDispose]();
    expect(await readdir(at('own'))).toEqual([]);
  });

  it('hold no more than the quota, all together, and give back what they had', async () => {
    const scratch = new Scratch({ folder: at('quota'), quota: 100 });
    const [one, two] = [await scratch.open(), await scratch.open()];
    await one.reserve(60);
    await expect(two.reserve(50)).rejects.toMatchObject({ code: 'OUTPUT_DISK_FULL' });
    await two.reserve(40);
    await one[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    await two.reserve(60);
    await expect(two.reserve(1)).rejects.toThrow('--quota');
  });

  it('hold no more than the disk, and count nothing that was refused', async () => {
    const scratch = new Scratch({ folder: at('disk'), quota: Infinity });
    const folder = await scratch.open();
    await expect(folder.reserve(1e18)).rejects.toThrow('no room');
    await folder.reserve(1);
  });

  it('are removed after a kill, by the next worker of this machine, and those of others are not', async () => {
    const scratch = new Scratch({ folder: at('stale'), quota: 100 });
    const name = basename((await scratch.open()).path);
    const [, , host] = name.split('-');
    const dead = `veil-work-${host!}-999999999-aa`;
    const alive = `veil-work-${host!}-${process.ppid}-aa`;
    const elsewhere = 'veil-work-000000000000-999999999-aa';
    for (const each of [dead, alive, elsewhere, 'something-else']) await mkdir(at('stale', each));
    await scratch.removeStale();
    expect((await readdir(at('stale'))).sort()).toEqual(['something-else', elsewhere, alive].sort());
  });
});
