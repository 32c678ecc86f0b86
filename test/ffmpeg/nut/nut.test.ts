import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import { NutError } from '../../../src/ffmpeg/nut/format.ts';
import { NutReader } from '../../../src/ffmpeg/nut/reader.ts';
import { NutWriter } from '../../../src/ffmpeg/nut/writer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const at = temporaryFolder();

const video = { width: 5, height: 3, timeBase: { num: 1001, den: 30_000 } };
const bytes = 5 * 3 + 2 * (3 * 2);

function frame(fill: number): Uint8Array {
  return new Uint8Array(bytes).fill(fill);
}

function readerOf(data: Uint8Array, chunk = data.length): NutReader {
  const parts = [];
  for (let at = 0; at < data.length; at += chunk) parts.push(Buffer.from(data.subarray(at, at + chunk)));
  return new NutReader(Readable.from(parts, { objectMode: false }), { maxFrameBytes: bytes });
}

function written(...times: number[]): Buffer {
  const writer = new NutWriter(video);
  return Buffer.concat([
    writer.header(),
    ...times.flatMap((pts, index) => [...writer.frame(pts, frame(index + 1))]),
  ]);
}

test.each([1, 7, 100_000])('what is written is read again, %i bytes at a time', async (chunk) => {
  const times = [0, 1, 5, 1_000_000, 2 ** 40];
  const reader = readerOf(written(...times), chunk);
  expect(await reader.open()).toEqual(video);
  for (const [index, pts] of times.entries())
    expect(await reader.next()).toEqual({ stream: 0, pts, data: frame(index + 1) });
  expect(await reader.next()).toBeNull();
});

test('a frame rate that is told is read by ffmpeg, and moves no frame', async () => {
  const { ffprobe } = await findBinaries();
  const writer = new NutWriter({ ...video, nominalRate: { num: 27_300, den: 1000 } });
  const path = at('rate.nut');
  const frames = [0, 3, 4].flatMap((pts) => [...writer.frame(pts, frame(1))]);
  await writeFile(path, Buffer.concat([writer.header(), ...frames]));
  const { stdout } = await capture(ffprobe.path, [
    ...['-v', 'error', '-show_entries', 'stream=r_frame_rate:packet=pts', '-of', 'csv=p=0', path],
  ]);
  expect(stdout.trim().split('\n')).toEqual(['0', '3', '4', '27300/1000']);
});

test('a stream that ends within a frame has no such frame', async () => {
  const reader = readerOf(written(0, 1).subarray(0, -1));
  await reader.open();
  expect((await reader.next())?.pts).toBe(0);
  expect(await reader.next()).toBeNull();
});

test('an empty stream has no video', async () => {
  expect(await readerOf(Buffer.alloc(0)).open()).toBeNull();
});

test('bytes that are no NUT are refused', async () => {
  await expect(readerOf(Buffer.from('RIFF, certainly not a NUT stream')).open()).rejects.toThrow(NutError);
});

test('a frame larger than the picture is refused before memory is taken', async () => {
  const reader = new NutReader(Readable.from([written(0)]), { maxFrameBytes: bytes - 1 });
  await reader.open();
  await expect(reader.next()).rejects.toThrow('a frame of');
});
