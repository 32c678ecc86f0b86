import { expect, test } from 'vitest';
import { NOTHING_KNOWN, planAudio, type AudioTrack } from '../../../src/sink/file/audio-plan.ts';
import type { EncoderSupport } from '../../../src/sink/encoder-support.ts';

const support: EncoderSupport = {
  encoders: new Set(['aac', 'libopus']),
  ...{ fpsMode: true, packetDurations: true, movieTimescale: true, colorParams: true, svtCrf: true },
  ...{ tenBit: new Set<string>(), codecDelay: true },
};
const AAC: AudioTrack = {
  ...{ index: 1, codec: 'aac', language: 'de', isDefault: true, bitRate: 128_000, channels: 2 },
  layout: 'stereo',
};

test('a track that the container can hold is copied, without a note', () => {
  expect(planAudio([AAC], 'mp4', null, NOTHING_KNOWN, support)).toEqual({
    tracks: [{ index: 1, encoder: 'copy', bitRate: null, language: 'de', isDefault: true }],
    notes: [],
  });
});

test.each([
  ['mp4', 'vorbis', 'aac'],
  ['mp4', 'opus', 'aac'],
  ['mp4', 'alac', 'aac'],
  ['matroska', 'vorbis', 'aac'],
  ['webm', 'aac', 'libopus'],
] as const)('a .%s gets %s encoded anew, and says so', (muxer, codec, encoder) => {
  const { tracks, notes } = planAudio([{ ...AAC, codec }], muxer, null, NOTHING_KNOWN, support);
  expect(tracks[0]).toMatchObject({ index: 1, encoder, bitRate: 192_000 });
  expect(notes.join()).toContain(codec);
});

test.each([
  ['mp4', '2.1', true],
  ['mp4', '6.1', true],
  ['mp4', '5.1(side)', false],
  ['mp4', '5.0', false],
  ['webm', '5.0', true],
] as const)('what a .%s can not hold of %s channels is said', (muxer, layout, isMixed) => {
  const { notes } = planAudio([{ ...AAC, codec: 'flac', layout }], muxer, null, NOTHING_KNOWN, support);
  expect(notes.join().includes(`mixed from ${layout}`)).toBe(isMixed);
});

test('every track is encoded anew where it is cut or silenced, for that reason', () => {
  const tracks = [AAC, { ...AAC, index: 2 }];
  for (const why of ['a cut must be exact', 'part of it is silenced'] as const) {
    const plan = planAudio(tracks, 'mp4', why, NOTHING_KNOWN, support);
    expect(plan.tracks.map(({ encoder }) => encoder)).toEqual(['aac', 'aac']);
    for (const note of plan.notes) expect(note).toContain(why);
  }
});

test('a track with sound that is never played is encoded anew, the others are copied', () => {
  const known = { ...NOTHING_KNOWN, hidden: new Set([2]) };
  const { tracks } = planAudio([AAC, { ...AAC, index: 2 }], 'mp4', null, known, support);
  expect(tracks.map(({ encoder }) => encoder)).toEqual(['copy', 'aac']);
});

test('a track that ffmpeg cannot read, or that has no sound, is left out and named', () => {
  const known = { ...NOTHING_KNOWN, silent: new Set([2]) };
  const tracks = [
    { ...AAC, codec: null },
    { ...AAC, index: 2 },
  ];
  const plan = planAudio(tracks, 'mp4', null, known, support);
  expect(plan.tracks).toEqual([]);
  expect(plan.notes).toEqual([
    'Audio track 1 is left out: ffmpeg does not know its codec.',
    'Audio track 2 has no sound.',
  ]);
});

test('a rate is no higher than the channels need, and no lower than 64 kbit/s', () => {
  const rateOf = (changes: Partial<AudioTrack>): number | null | undefined =>
    planAudio([{ ...AAC, codec: 'vorbis', ...changes }], 'mp4', null, NOTHING_KNOWN, support).tracks[0]
      ?.bitRate;
  expect(rateOf({ bitRate: 1_500_000 })).toBe(192_000);
  expect(rateOf({ bitRate: null, channels: 6 })).toBe(576_000);
  expect(rateOf({ bitRate: 24_000, channels: 1 })).toBe(64_000);
});

test('an ffmpeg that cannot encode what must be encoded is an error', () => {
  const without = { ...support, encoders: new Set<string>() };
  expect(() => planAudio([AAC], 'webm', null, NOTHING_KNOWN, without)).toThrow(
    expect.objectContaining({ code: 'ENCODER_UNAVAILABLE' }),
  );
  expect(() => planAudio([AAC], 'mp4', null, NOTHING_KNOWN, without)).not.toThrow();
});
