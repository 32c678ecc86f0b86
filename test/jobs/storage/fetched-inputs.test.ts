import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Deferred } from '../../../src/base/deferred.ts';
import { FetchedInputs } from '../../../src/jobs/storage/fetched-inputs.ts';
import { Scratch, type ScratchFolder } from '../../../src/jobs/storage/scratch.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const at = temporaryFolder();

/** A fetch of this many bytes. */
const fetching =
  (bytes = 10) =>
  async (folder: ScratchFolder): Promise<string> => {
    await folder.reserve(bytes);
    const path = join(folder.path, 'in.mp4');
    await writeFile(path, 'fetched', { flag: 'wx' });
    return path;
  };

describe('fetched inputs', () => {
  it('are fetched once for all parts of a video, at the same time and after one another', async () => {
    const inputs = new FetchedInputs(new Scratch({ folder: at('once'), quota: 10 }));
    const fetch = vi.fn(fetching());
    const [one, two] = await Promise.all([inputs.open('a, 1', fetch), inputs.open('a, 1', fetch)]);
    await one[Symbol.asyncDispose]();
    expect(await readFile(two.path, 'utf8')).toBe('fetched');
    await two[Symbol.asyncDispose]();
    const three = await inputs.open('a, 1', fetch);
    expect(three.path).toBe(one.path);
    expect(fetch).toHaveBeenCalledTimes(1);
    await inputs.close();
    expect(await readdir(at('once'))).toEqual([]);
  });

  it('are another copy where the content is another', async () => {
    const inputs = new FetchedInputs(new Scratch({ folder: at('version'), quota: 100 }));
    const [old, now] = [await inputs.open('a, 1', fetching()), await inputs.open('a, 2', fetching())];
    expect(now.path).not.toBe(old.path);
    await inputs.close();
  });

  it('are removed a while after the last reader', async () => {
    const inputs = new FetchedInputs(new Scratch({ folder: at('idle'), quota: 100 }), 1);
    const input = await inputs.open('a, 1', fetching());
    await sleep(20);
    expect(await readdir(at('idle'))).toHaveLength(1);
    await input[Symbol.asyncDispose]();
    await expect.poll(() => readdir(at('idle'))).toEqual([]);
  });

  it('give up their room to another input once nobody reads them, and not before', async () => {
    const inputs = new FetchedInputs(new Scratch({ folder: at('room'), quota: 100 }));
    const first = await inputs.open('a, 1', fetching(60));
    await expect(inputs.open('b, 1', fetching(60))).rejects.toMatchObject({ code: 'OUTPUT_DISK_FULL' });
    await first[Symbol.asyncDispose]();
    await inputs.open('b, 1', fetching(60));
    expect(await readdir(at('room'))).toHaveLength(1);
    await inputs.close();
  });

  it('are fetched again by a reader that goes on after another one was stopped', async () => {
    const inputs = new FetchedInputs(new Scratch({ folder: at('stopped'), quota: 10 }));
    const begun = new Deferred<undefined>();
    const stopped = new Deferred<string>();
    const first = inputs.open('a, 1', () => {
      begun.resolve(undefined);
      return stopped.promise;
    });
    await begun.promise;
    const second = inputs.open('a, 1', fetching());
    stopped.reject(new Error('stopped'));
    await expect(first).rejects.toThrow('stopped');
    expect(await readFile((await second).path, 'utf8')).toBe('fetched');
    await inputs.close();
    expect(await readdir(at('stopped'))).toEqual([]);
  });
});
