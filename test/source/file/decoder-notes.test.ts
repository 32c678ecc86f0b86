import { expect, test } from 'vitest';
import { DecoderNotes } from '../../../src/source/file/decoder-notes.ts';

/** What is said of a file after one line of its decoder. */
function told(line: string, hasNextFilm = false): string[] {
  const notes = new DecoderNotes(hasNextFilm);
  notes.advanceTo(2);
  notes.addLine(line);
  return notes.texts();
}

test.each([
  '[h264 @ 0x5] [error] error while decoding MB 8 6, bytestream -30',
  '[flv @ 0x5] [error] Error at MB: 68',
  '[gif @ 0x5] [error] LZW decode failed',
  '[ogg @ 0x5] [error] CRC mismatch!',
  '[ogg @ 0x5] [error] failed to create or replace stream',
  '[theora @ 0x5] [error] error in unpack_block_qpis',
  '[mjpeg @ 0x5] [error] error y=10 x=3',
  '[jpeg2000 @ 0x5] [error] bpno (-1) became invalid',
  '[wmv1 @ 0x5] [error] ignoring overflow at 4 0',
  '[hevc @ 0x5] [error] The cu_qp_delta 35 is outside the valid range [-26, 25].',
  '[warning] file:/in/a.wmv: corrupt decoded frame in stream 0',
])('%s tells of damage', (line) => {
  expect(told(line)).toEqual([expect.stringContaining('damaged at about 2.0 s')]);
});

test.each([
  // Where recordings were joined, all frames are whole.
  '[warning] file:/in/a.ts: corrupt input packet in stream 0',
  '[mpegts @ 0x5] [warning] Packet corrupt (stream = 0, dts = 482400).',
  '[mjpeg @ 0x5] [error] unable to decode APP fields: unknown',
  '[info] Stream #0:0: Video: h264, yuv420p, 640x360',
])('%s tells of none', (line) => {
  expect(told(line)).toEqual([]);
});

test('where another film is known to follow, its beginning is no damage, and everything else is', () => {
  expect(told('[ogg @ 0x5] [error] failed to create or replace stream', true)).toEqual([]);
  expect(told('[ogg @ 0x5] [error] CRC mismatch!', true)).toEqual([
    expect.stringContaining('damaged at about 2.0 s'),
  ]);
});
