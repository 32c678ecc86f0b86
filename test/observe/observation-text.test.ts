import { expect, test } from 'vitest';
import type { Observation } from '../../src/frame/observation.ts';
import { decodeObservations, encodeObservations } from '../../src/observe/observation-text.ts';
import { follow } from '../../src/track/follow.ts';
import { Tracker } from '../../src/track/tracker.ts';

/** A face that crosses the picture while the camera shakes, then a cut; a look at every third frame. */
const OBSERVATIONS: readonly Observation[] = Array.from({ length: 60 }, (_, frame) => ({
  frame,
  pts: 512 * frame,
  isCut: frame === 40,
  shift: { x: Math.sin(frame) / 3, y: 0.1 * (frame % 3), zoom: 1 + frame / 3000 },
  faces:
    frame % 3 === 0
      ? [{ box: { x: 100 + frame * Math.PI, y: 80 / 3, width: 21.3, height: 30.1 }, score: 1 / 1.1 }]
      : null,
}));

function tracked(observations: readonly Observation[]): unknown {
  const tracker = new Tracker({
    ...{ width: 640, height: 360, frameRate: 30, lookInterval: 3, lookAhead: Infinity },
    confirmation: { seenOnce: 0, largeFace: 0, holdSeconds: 0.3 },
  });
  for (const observation of observations) follow(tracker, observation);
  tracker.end(observations.length - 1);
  return observations.map(({ frame }) => {
    tracker.advanceTo(frame);
    return tracker.boxesAt(frame);
  });
}

const changed = (change: (document: { observations: Record<string, unknown>[] }) => void): string => {
  const document = JSON.parse(encodeObservations(OBSERVATIONS)) as {
    observations: Record<string, unknown>[];
  };
  change(document);
  return JSON.stringify(document);
};

test('observations that were written and read again give the same boxes, to the last bit', () => {
  const read = decodeObservations(encodeObservations(OBSERVATIONS));
  expect(read).toEqual(OBSERVATIONS);
  expect(tracked(read)).toEqual(tracked(OBSERVATIONS));
});

test.each([
  ['text that is no JSON', '{', 'not valid JSON'],
  ['another format', '{"format":"veil-tracks/1","observations":[]}', 'format'],
  ['a frame that is missing', changed(({ observations }) => observations.splice(7, 1)), 'frame 8 stands'],
  ['faces that are left out', changed(({ observations }) => delete observations[3]!['faces']), 'faces'],
  ['an unknown field', changed(({ observations }) => (observations[3]!['look'] = [])), 'look'],
  ['a face without width', changed((d) => (d.observations[3]!['faces'] = [[0, 0, 0, 9, 1]])), 'faces.0.2'],
  ['a time between two ticks', changed(({ observations }) => (observations[3]!['pts'] = 0.5)), 'pts'],
])('%s is refused', (_, text, reason) => {
  expect(() => decodeObservations(text)).toThrow(
    expect.objectContaining({
      code: 'OBSERVATIONS_INVALID',
      message: expect.stringContaining(reason) as string,
    }) as Error,
  );
});
