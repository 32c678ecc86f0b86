import { expect, test } from 'vitest';
import type { TrackBox } from '../../src/frame/track.ts';
import { decide, type FrameKnowledge } from '../../src/pipeline/decide.ts';

const FACE: TrackBox = {
  ...{ trackId: 1, origin: 'detected', score: 0.9 },
  box: { x: 10, y: 10, width: 20, height: 20 },
};
const KNOWN: FrameKnowledge = { unseen: null, boxes: [FACE] };

test('known faces are covered, and a frame without any is left as it is', () => {
  expect(decide(KNOWN)).toEqual({ cover: 'regions', reason: 'found', boxes: [FACE] });
  expect(decide({ unseen: null, boxes: [] })).toEqual({
    cover: 'nothing',
    reason: 'nothing-found',
    boxes: [],
  });
});

test.each(['unobserved', 'late', 'gap', 'tracks-file'] as const)(
  'a frame whose faces are not known (%s) is covered as a whole, whatever boxes there are',
  (unseen) => {
    expect(decide({ unseen, boxes: [FACE] })).toEqual({ cover: 'all', reason: unseen, boxes: null });
  },
);

test('a detector that has not run yet, or has failed, is the reason that faces are not known', () => {
  expect(decide({ ...KNOWN, unseen: 'late', detector: 'starting' }).reason).toBe('starting');
  expect(decide({ ...KNOWN, held: 'late', detector: 'failed' }).reason).toBe('detector');
  // Looks that are done stay true.
  expect(decide({ ...KNOWN, detector: 'failed' }).cover).toBe('regions');
});

test('a curtain that has to stay keeps its reason', () => {
  expect(decide({ ...KNOWN, held: 'gap' })).toEqual({ cover: 'all', reason: 'gap', boxes: null });
});

test('panic and a cover that failed come before everything else', () => {
  expect(decide({ ...KNOWN, hasFailed: true }).reason).toBe('cover');
  expect(decide({ ...KNOWN, unseen: 'late', hasFailed: true, isPanic: true }).reason).toBe('panic');
});
