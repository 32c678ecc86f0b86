import { readFile, writeFile } from 'node:fs/promises';
import { flipped, half, remuxedHalf } from './damage.ts';
import type { FormatCase } from './format-case.ts';
import { derived, H264 } from './make-case.ts';

const CUT = 'e2e/cut-off.test.ts';

/** Files that broke off, whose bytes have changed, or behind which something else lies. */
export const DAMAGE_CASES: readonly FormatCase[] = [
  derived('cut off at 90 %', 'cut.mp4', 'h264, aac', CUT, half(0.9)),
  derived('cut off at 40 %', 'cut.mp4', 'h264, aac', CUT, half(0.4)),
  derived('cut off at 60 %', 'cut.mkv', 'h264, aac', CUT, remuxedHalf),
  derived('cut off at 60 %', 'cut.ts', 'h264, aac', CUT, remuxedHalf),
  derived('flipped bytes', 'flipped.mkv', 'h264, aac', CUT, flipped('-c', 'copy')),
  derived('flipped bytes', 'flipped.flv', 'h264, aac', CUT, flipped(...H264, '-g', '10', '-c:a', 'aac')),
  derived(
    'flipped bytes',
    'flipped.ogv',
    'theora, vorbis',
    CUT,
    flipped('-c:v', 'libtheora', '-c:a', 'libvorbis'),
  ),
  derived('flipped bytes', 'flipped.wmv', 'wmv2, wma', CUT, flipped('-c:v', 'wmv2', '-c:a', 'wmav2')),
  derived('flipped bytes', 'flipped.gif', 'gif', CUT, flipped('-an')),
  derived(
    'another film behind it',
    'joined.mp4',
    'h264, aac',
    'e2e/several-videos.test.ts',
    async (_, base, path) => {
      const film = await readFile(base);
      await writeFile(path, Buffer.concat([film, film]));
    },
  ),
];
