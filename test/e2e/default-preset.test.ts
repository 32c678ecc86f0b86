import { beforeAll, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { closingFrames } from '../support/closing-frames.ts';
import { coverFile, ffmpeg } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toneSpan } from '../support/tone-span.ts';
import { packetTimes } from '../support/written-video.ts';

const at = temporaryFolder();

beforeAll(async () => {
  const sources = [
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=64x48:r=25:d=2',
    '-f',
    'lavfi',
    '-i',
    'sine=f=997:d=2:r=48000',
  ];
  await ffmpeg(...sources, '-c:v', 'libx264', '-af', 'volume=4', '-c:a', 'aac', at('talk.mp4'));
});

// Unlike the presets of most tests, it has frames that are decoded before they are shown.
test.each(['mp4', 'mov', 'mkv', 'webm'])(
  'with the default preset every frame of an .%s keeps its time',
  async (ending) => {
    const output = at(`out.${ending}`);
    await coverFile(at('talk.mp4'), output, { video: {} });
    const binaries = await findBinaries();
    const times = await packetTimes(output, 'v:0', binaries);
    expect([50, 50 + (await closingFrames())]).toContain(times.length);
    for (let frame = 1; frame < 50; frame += 1) {
      expect(Math.abs(times[frame]! - times[frame - 1]! - 0.04)).toBeLessThan(0.002);
    }
    const [onset] = await toneSpan(output, binaries);
    const [before] = await toneSpan(at('talk.mp4'), binaries);
    expect(Math.abs(onset - times[0]! - before)).toBeLessThan(0.005);
  },
);
