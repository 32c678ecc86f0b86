import { expect, test } from 'vitest';
import { SoundDamage } from '../../../src/sink/file/hear-damage.ts';

const FRAME = (time: number): string =>
  `[Parsed_ashowinfo_1 @ 0x5] [info] n:0 pts:0 pts_time:${time} pos:5204 fmt:fltp`;

/** Where damage is told of sound of 5 s, given lines of its decoder. */
function told(lines: readonly string[], isCutAnywhere = false): string | null {
  const damage = new SoundDamage({ origin: 0, length: 5, isCutAnywhere });
  for (const line of lines) damage.addLine(line);
  return damage.text();
}

test.each([
  '[error] Error while decoding stream #0:1: Invalid data found when processing input',
  '[aist#0:1/aac @ 0x5] [dec:aac @ 0x6] [error] Error submitting packet to decoder: Invalid data found',
  '[aist#0:1/aac @ 0x5] [dec:aac @ 0x6] [error] Decoding error: Invalid data found',
  '[vorbis @ 0x5] [error] Overread 8 bits',
  '[warning] file:/in/a.mkv: corrupt decoded frame in stream 1',
])('%s tells of damage up to the next frame', (line) => {
  expect(told([FRAME(0), FRAME(1.2), line, line, FRAME(2.4), FRAME(2.6)])).toBe('1.2-2.4 s');
});

test.each([
  '[aac @ 0x5] [warning] Multiple frames in a packet.',
  '[null @ 0x5] [error] Application provided invalid, non monotonically increasing dts to muxer in stream 0',
  '[h264 @ 0x5] [error] non-existing PPS 0 referenced',
  '[warning] Guessed Channel Layout for Input Stream #0.1 : mono',
])('%s tells of none', (line) => {
  expect(told([line, FRAME(0), line, FRAME(1), line])).toBeNull();
});

const LINE = '[error] Error while decoding stream #0:1: Invalid data found when processing input';

test('a recording of a broadcast may begin and end within a frame, but not be damaged at length', () => {
  const frames = [FRAME(0), FRAME(1), FRAME(2)];
  expect(told([LINE, LINE, LINE, ...frames, LINE], true)).toBeNull();
  expect(told([...frames, LINE, FRAME(3)], true)).toBeNull();
  expect(told([...frames, LINE, FRAME(3), FRAME(4)], true)).toBe('2.0-3.0 s');
  expect(told([...frames, LINE, LINE, LINE], true)).toBe('2.0 s');
  expect(told([LINE, LINE, LINE], true)).toBe('0.0 s');
  expect(told([LINE, ...frames, LINE])).toBe('0.0 s, 2.0 s');
});

test('damage outside of the part that is written is not told', () => {
  const part = (origin: number, length: number): string | null => {
    const damage = new SoundDamage({ origin, length, isCutAnywhere: false });
    for (const line of [FRAME(0), FRAME(2), LINE, FRAME(2.5), FRAME(5)]) damage.addLine(line);
    return damage.text();
  };
  expect(part(-1, 3)).toBe('1.0-1.5 s');
  expect(part(-3, 3)).toBeNull();
  expect(part(0, 1.5)).toBeNull();
});
