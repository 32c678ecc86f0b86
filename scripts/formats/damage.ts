import { readFile, writeFile } from 'node:fs/promises';
import type { Workshop } from './format-case.ts';

/** The first part of a file, by its share of the bytes. */
export const half =
  (share: number) =>
  async (_: Workshop, base: string, path: string): Promise<void> => {
    const bytes = await readFile(base);
    await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * share)));
  };

/** More than half of it, in another container. */
export const remuxedHalf = async ({ ffmpeg, at }: Workshop, base: string, path: string): Promise<void> => {
  const whole = at(`whole-${path.split('/').at(-1)!}`);
  await ffmpeg('-i', base, '-c', 'copy', whole);
  const bytes = await readFile(whole);
  await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
};

/** A byte changed in every 900 of its second half, in the container of the path. */
export const flipped =
  (...options: string[]) =>
  async ({ ffmpeg, at }: Workshop, base: string, path: string): Promise<void> => {
    const whole = at(`whole-${path.split('/').at(-1)!}`);
    await ffmpeg('-i', base, ...options, whole);
    const bytes = await readFile(whole);
    for (let place = bytes.length >> 1; place < bytes.length - 2000; place += 900) bytes[place]! ^= 0xff;
    await writeFile(path, bytes);
  };

/** A turn of 45° in the track header. */
export const turned = async (_: Workshop, base: string, path: string): Promise<void> => {
  const bytes = await readFile(base);
  const at = bytes.indexOf('tkhd') + 44;
  const part = Math.round(65536 * Math.SQRT1_2);
  [part, part, 0, -part, part, 0, 0, 0, 2 ** 30].forEach((value, index) =>
    bytes.writeInt32BE(value, at + 4 * index),
  );
  await writeFile(path, bytes);
};
