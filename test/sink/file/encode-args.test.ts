import { describe, expect, test } from 'vitest';
import { encodeArgs, outputTimescale, type EncodeOptions } from '../../../src/sink/file/encode-args.ts';
import { PLAIN_ENCODING } from '../../support/encode-options.ts';

const base: EncodeOptions = { ...PLAIN_ENCODING, firstTime: 0.04, output: '/out/-a:b.mp4' };
const { support } = base;
const track = { index: 1, encoder: 'copy', bitRate: null, language: 'de', isDefault: true };
const original = {
  path: '/in/-clip.mp4',
  part: { args: [], origin: 0, end: null },
  lead: 0,
  silences: [],
  audio: [track],
};
const argsOf = (changes: Partial<EncodeOptions> = {}): string[] => encodeArgs({ ...base, ...changes });
const textOf = (changes: Partial<EncodeOptions> = {}): string => argsOf(changes).join(' ');

describe('the arguments of the encoder', () => {
  test('read the frames first, then the original, and name the output last', () => {
    const args = argsOf({ original });
    const inputs = args.flatMap((arg, at) => (arg === '-i' ? [args[at + 1]] : []));
    expect(inputs).toEqual(['pipe:0', 'file:/in/-clip.mp4']);
    expect(args.slice(-2)).toEqual(['-y', 'file:/out/-a:b.mp4']);
    expect(args.lastIndexOf('-i')).toBeLessThan(args.indexOf('-map'));
  });

  test('put options of an input before it', () => {
    const args = argsOf({
      original: { ...original, part: { args: ['-ss', '1.000000'], origin: 1, end: 2 } },
    });
    const second = args.lastIndexOf('-i');
    expect(args.slice(second - 2, second)).toEqual(['-ss', '1.000000']);
    expect(args.indexOf('-itsoffset')).toBeLessThan(args.indexOf('-i'));
    expect(textOf({ original })).toContain('-protocol_whitelist file -i file:/in/-clip.mp4');
  });

  test('map one picture and the planned sound, and nothing else of the original', () => {
    const args = argsOf({ original });
    const mapped = args.flatMap((arg, at) => (arg === '-map' ? [args[at + 1]] : []));
    expect(mapped).toEqual(['0:v:0', '1:1']);
    expect(textOf({ original })).toContain('-map_metadata -1 -map_chapters -1');
    expect(argsOf()).toContain('-an');
  });

  test('take tags of the original only where they were asked for', () => {
    expect(textOf({ original })).not.toContain('-map_metadata:g');
    expect(textOf({ original, keepMetadata: true })).toContain('-map_metadata:g 1:g');
  });

  test('encode sound with gaps filled, and copy it without a filter', () => {
    expect(textOf({ original })).not.toContain('-filter:a');
    const aac = { ...track, encoder: 'aac', bitRate: 128_000 };
    expect(textOf({ original: { ...original, audio: [aac] } })).toContain(
      '-c:a:0 aac -b:a:0 128000 -filter:a:0 aresample=async=1',
    );
  });

  test('speak to old builds in their words', () => {
    expect(textOf()).toContain('-fps_mode:v passthrough');
    const old = {
      ...support,
      fpsMode: false,
      packetDurations: false,
      movieTimescale: false,
      colorParams: false,
    };
    const text = textOf({ support: old });
    expect(text).toContain('-vsync passthrough');
    for (const unknown of ['-fps_mode', 'setts', '-movie_timescale', 'setparams'])
      expect(text).not.toContain(unknown);
  });

  test('call HEVC by the name that Apple knows, in its containers only', () => {
    const h265 = { encoder: 'libx265', encoding: { ...base.encoding, codec: 'h265' } } as const;
    expect(textOf({ ...h265, muxer: 'mov' })).toContain('-tag:v hvc1');
    expect(textOf({ ...h265, muxer: 'matroska' })).not.toContain('hvc1');
  });

  test('remove what x264 writes of its settings', () => {
    expect(textOf()).toContain('filter_units=remove_types=6');
  });
});

test.each([
  [12_800, 'mp4', 12_800],
  [25, 'mp4', 12_800],
  [30_000, 'mov', 30_000],
  [1_000_000_000, 'mp4', 1_000_000],
  [12_800, 'webm', 1000],
] as const)('times in 1/%i s are counted in %s as 1/%i s', (den, muxer, timescale) => {
  expect(outputTimescale({ num: 1, den }, muxer)).toBe(timescale);
});
