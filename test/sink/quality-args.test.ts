import { expect, test } from 'vitest';
import type { Encoding } from '../../src/config/encoding.ts';
import type { SoftwareEncoder } from '../../src/sink/encoder-support.ts';
import { qualityArgs } from '../../src/sink/quality-args.ts';

const ENCODING: Encoding = { codec: 'h264', crf: 21, preset: 'veryfast', pixelFormat: 'yuv420p', hw: 'off' };

function textOf(encoder: SoftwareEncoder, options: Parameters<typeof qualityArgs>[2] = {}): string {
  return qualityArgs(encoder, ENCODING, options).join(' ');
}

test.each([
  ['libx264', '-preset veryfast -crf 21'],
  ['libx265', '-preset veryfast -crf 21 -x265-params info=0:log-level=error'],
  // Without a bit rate of 0, libvpx and libaom take -crf as a limit.
  ['libvpx-vp9', '-crf 21 -b:v 0 -deadline realtime -cpu-used 6 -row-mt 1'],
  ['libsvtav1', '-crf 21 -preset 10'],
  ['libaom-av1', '-crf 21 -b:v 0 -cpu-used 7 -row-mt 1 -strict experimental'],
] as const)('%s gets the rate factor and the effort in its own words', (encoder, args) => {
  expect(textOf(encoder)).toBe(args);
});

test.each([
  ['libx264', '-bf 0'],
  ['libx265', 'bframes=0'],
  ['libvpx-vp9', '-lag-in-frames 0'],
  ['libaom-av1', '-lag-in-frames 0'],
] as const)('%s holds no frame back where frames leave at once', (encoder, flag) => {
  expect(textOf(encoder)).not.toContain(flag);
  expect(textOf(encoder, { leaving: 'at-once' })).toContain(flag);
});

test('SVT-AV1 is told the frame rate, up to the highest that it takes', () => {
  expect(textOf('libsvtav1', { frameRate: { num: 30_000, den: 1001 } })).toContain(
    '-svtav1-params fps-num=30000:fps-denom=1001',
  );
  expect(textOf('libsvtav1', { frameRate: { num: 1000, den: 1 } })).toContain('fps-num=240:fps-denom=1');
});
