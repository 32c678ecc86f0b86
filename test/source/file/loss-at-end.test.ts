import { describe, expect, it } from 'vitest';
import type { Probe, VideoStream } from '../../../src/ffmpeg/probe.ts';
import { lossAtEnd } from '../../../src/source/file/loss-at-end.ts';

const audio = [{} as Probe['audio'][number]];
const file = { format: 'ogg', duration: 4, startTime: 0, audio };
const rest: Pick<VideoStream, 'duration' | 'frameCount' | 'frameRate' | 'tags'> = {
  duration: 0.52,
  frameCount: null,
  frameRate: { num: 25, den: 1 },
  tags: {},
};

describe('a file whose picture ends long before its sound, and which states no more of the picture', () => {
  it('has lost the end of the picture where it is damaged', () => {
    const loss = lossAtEnd(file, rest, 13, 0.48, true);
    expect(loss).toMatchObject({ isSevere: false, isOfPicture: true });
    expect(loss!.total).toBeCloseTo(4);
  });

  it.each([
    ['is not damaged: the sound goes on', file, 0.48, false],
    ['has no sound: nothing but the damaged picture states a duration', { ...file, audio: [] }, 0.48, true],
    ['ends a little before the sound', file, 3.6, true],
  ] as const)('has lost nothing where it %s', (_, facts, lastTime, isDamaged) => {
    expect(lossAtEnd(facts, { ...rest, duration: lastTime + 0.04 }, 13, lastTime, isDamaged)).toBeNull();
  });
});

it('the duration of a stream in ASF is that of the file: sound that ends later is no loss of the picture', () => {
  const asf = { ...file, format: 'asf', duration: 5 };
  // Whether the sound lasts until then is found out where the loss is only possible.
  expect(lossAtEnd(asf, { ...rest, duration: 5 }, 100, 3.96)).toMatchObject({ isOfPicture: false });
  expect(lossAtEnd(asf, { ...rest, duration: 5 }, 124, 4.92)).toBeNull();
  const silent = { ...asf, audio: [] };
  expect(lossAtEnd(silent, { ...rest, duration: 5 }, 100, 3.96)).toMatchObject({ isOfPicture: true });
});
