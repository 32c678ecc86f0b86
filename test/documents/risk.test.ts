import { describe, expect, it } from 'vitest';
import { placeText } from '../../src/documents/place-text.ts';
import { TrackRecord, type Review } from '../../src/documents/track-record.ts';
import type { Box } from '../../src/frame/box.ts';
import type { Doubt, TrackBox } from '../../src/frame/track.ts';

const picture = { width: 640, height: 360 };
const face: Box = { x: 40, y: 30, width: 32, height: 40 };

/** A possible face in frames 10 to 30, with a look at every fifth frame. */
function doubt(chance: number, changes: Partial<Doubt> & { readonly box?: Box } = {}): Doubt {
  const { box = face, ...rest } = changes;
  const sightings = [10, 15, 20, 25].map((frame) => ({ frame, box, chance }));
  return { trackId: 1, reason: 'dismissed', firstFrame: 10, lastFrame: 29, sightings, ...rest };
}

/** Review of a record of 50 frames at 25 fps; `covered` is the cover in them. */
function review(
  doubts: readonly Doubt[],
  covered: (frame: number) => readonly TrackBox[] | null = () => [],
): Review {
  const record = new TrackRecord();
  for (let index = 0; index < 50; index += 1) record.addFrame({ index, time: index / 25 }, covered(index));
  return record.review(doubts, picture);
}

const cover: TrackBox = { trackId: 2, box: face, origin: 'detected', score: 0.9 };

describe('the review of a run', () => {
  it('weighs a doubt by its chance, the size of the face and the time', () => {
    const [span] = review([doubt(0.5)]).spans;
    expect(span).toMatchObject({ trackId: 1, firstFrame: 10, lastFrame: 29, from: 0.4, to: 1.16, risk: 0.4 });
    expect(span).toMatchObject({ box: [40, 30, 32, 40], place: 'upper left, about 40 px' });
    const small = { x: 40, y: 30, width: 16, height: 20 };
    expect(review([doubt(0.5, { box: small })]).spans[0]!.risk).toBeCloseTo(0.2, 2);
  });

  it('counts spans that carry next to no risk, and lists the others worst first', () => {
    const elsewhere = { trackId: 2, box: { ...face, x: 500 } };
    const far = { trackId: 3, box: { ...face, x: 250 } };
    const { spans, unlisted } = review([doubt(0.1), doubt(0.9, elsewhere), doubt(0.001, far)]);
    expect(spans.map(({ trackId }) => trackId)).toEqual([2, 1]);
    expect(unlisted).toBe(1);
  });

  it('leaves out what something else covered', () => {
    expect(review([doubt(0.9)], () => [cover])).toEqual({ spans: [], unlisted: 0 });
    expect(review([doubt(0.9)], () => null)).toEqual({ spans: [], unlisted: 0 });
    const half = review([doubt(0.9)], (frame) => (frame < 20 ? [cover] : [])).spans;
    expect(half).toMatchObject([{ firstFrame: 20, lastFrame: 29, risk: 0.36 }]);
  });

  it('is one span where two follow each other at one place or of one person, and counts a moment once', () => {
    const later = doubt(0.5, {
      firstFrame: 35,
      lastFrame: 39,
      sightings: [{ frame: 35, box: { ...face, x: 50 }, chance: 0.5 }],
      trackId: 9,
    });
    expect(review([doubt(0.5), later]).spans).toMatchObject([{ firstFrame: 10, lastFrame: 39, risk: 0.5 }]);
    expect(review([doubt(0.5), doubt(0.5)]).spans).toMatchObject([{ risk: 0.4 }]);
  });

  it('takes spans of a tracks file that do not say their risk for serious', () => {
    const record = new TrackRecord();
    record.addFrame({ index: 0, time: 0 }, []);
    const span = { trackId: 1, reason: 'seen-once', firstFrame: 0, lastFrame: 0 } as const;
    expect(record.timed([span]).spans[0]!.risk).toBeGreaterThanOrEqual(1);
  });
});

it('names places in the picture', () => {
  const at = (x: number, y: number): string => placeText({ ...face, x, y }, picture);
  expect([at(300, 160), at(300, 0), at(600, 160), at(0, 340)]).toEqual([
    'centre, about 40 px',
    'upper centre, about 40 px',
    'right, about 40 px',
    'lower left, about 40 px',
  ]);
});
