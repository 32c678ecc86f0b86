import { readdir } from 'node:fs/promises';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FrameStore } from '../../../src/review/frames/frame-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PICTURES = Array.from({ length: 6 }, (_, index) => Buffer.alloc(1000, 65 + index));

describe('pictures of a review', () => {
  const at = temporaryFolder();

  async function filled(memoryBytes: number): Promise<{ store: FrameStore; folder: string }> {
    const folder = await mkdtemp(join(at(), 'store-'));
    const store = new FrameStore({ memoryBytes, folder });
    for (const picture of PICTURES) await store.add(picture);
    return { store, folder };
  }

  it('come back as they were, from memory and from the file', async () => {
    const { store } = await filled(2500);
    expect(store.size.memory).toBe(2000);
    for (const [index, picture] of PICTURES.entries()) expect(await store.get(index)).toEqual(picture);
    await expect(store.get(6)).rejects.toMatchObject({ code: 'INTERNAL' });
    await store[Symbol.asyncDispose]();
  });

  it.skipIf(process.platform === 'win32')('leave no name on the disk while they are in use', async () => {
    const { store, folder } = await filled(0);
    expect(store.size).toEqual({ memory: 0, file: PICTURES.length * 1016 });
    expect(await readdir(folder)).toEqual([]);
    await store[Symbol.asyncDispose]();
  });

  it.runIf(process.platform === 'linux')('are unreadable in the file', async () => {
    const { store } = await filled(0);
    const { readFile, readlink } = await import('node:fs/promises');
    const fds = await readdir('/proc/self/fd');
    const links = await Promise.all(
      fds.map(async (fd) => ({ fd, to: await readlink(`/proc/self/fd/${fd}`).catch(() => '') })),
    );
    const { fd } = links.find(({ to }) => to.includes('veil-review-'))!;
    const bytes = await readFile(`/proc/self/fd/${fd}`);
    expect(bytes.length).toBe(PICTURES.length * 1016);
    expect(bytes.includes('AAAAAAAA')).toBe(false);
    await store[Symbol.asyncDispose]();
  });
});
