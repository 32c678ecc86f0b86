import { describe, expect, test } from 'vitest';
import type { Box } from '../../src/frame/box.ts';
import type { Tracker } from '../../src/track/tracker.ts';
import { box, covered, face, follow, options } from './support/follow.ts';

describe('people', () => {
  const numbers = (tracker: Tracker, frames: number): number[] => [
    ...new Set(
      Array.from({ length: frames }, (_, frame) => frame).flatMap((frame) => {
        tracker.advanceTo(frame);
        return tracker.boxesAt(frame).map(({ trackId }) => trackId);
      }),
    ),
  ];

  test('somebody who looks away for two seconds keeps the number', () => {
    const tracker = follow(150, (frame) => (frame < 48 || frame > 108 ? [face(600, 300)] : []));
    expect(numbers(tracker, 150)).toEqual([1]);
    expect(tracker.tracks()).toMatchObject([{ id: 1, firstFrame: 0, lastFrame: 149 }]);
  });

  test('somebody who appears elsewhere gets a number of their own', () => {
    const tracker = follow(150, (frame) =>
      frame < 48 ? [face(600, 300)] : frame > 108 ? [face(200, 300)] : [],
    );
    expect(numbers(tracker, 150)).toEqual([1, 2]);
  });

  test('two boxes on one head are one person, and one box that holds both', () => {
    const tracker = follow(60, (frame) => [face(600, 300), ...(frame > 12 ? [face(606, 310, 0.5, 28)] : [])]);
    expect(tracker.boxesAt(30)).toHaveLength(1);
    expect(covered(tracker, 30, box(600, 300))).toBe(1);
    expect(covered(tracker, 30, box(606, 310, 28))).toBe(1);
    expect(numbers(tracker, 60)).toEqual([1]);
  });

  test('whoever steps out of the shadow of another is covered as well', () => {
    const front = box(600, 300, 100);
    const behind = (frame: number): Box => box(620 + Math.max(0, frame - 30) * 8, 330, 60);
    const tracker = follow(90, (frame) => [
      { box: front, score: 0.9 },
      ...(frame > 6 ? [{ box: behind(frame), score: 0.9 }] : []),
    ]);
    for (let frame = 0; frame < 90; frame += 1) {
      tracker.advanceTo(frame);
      expect(covered(tracker, frame, front)).toBe(1);
      if (frame > 12) expect(covered(tracker, frame, behind(frame))).toBeGreaterThan(0.99);
    }
    expect(tracker.tracks()).toHaveLength(2);
  });
});

describe('uncertainty', () => {
  const reasons = (tracker: Tracker): string[] => tracker.uncertain().map(({ reason }) => reason);
  /** Probability of a face, summed over the sightings. */
  const sum = (tracker: Tracker): number =>
    tracker
      .uncertain()
      .flatMap(({ sightings }) => sightings)
      .reduce((total, { chance }) => total + chance, 0);

  test('a face that was there all the time leaves none', () => {
    expect(reasons(follow(60, () => [face(600, 300)]))).toEqual([]);
  });

  test('a face that appears and vanishes may be there a second before and after, less likely from look to look', () => {
    const tracker = follow(120, (frame) => (frame >= 36 && frame <= 60 ? [face(600, 300)] : []));
    for (let frame = 0; frame < 120; frame += 1) tracker.advanceTo(frame);
    expect(tracker.uncertain()).toMatchObject([
      { trackId: 1, reason: 'started-in-open', firstFrame: 6, lastFrame: 36 - 1 },
      { trackId: 1, reason: 'ended-in-open', firstFrame: 66, lastFrame: 95 },
    ]);
    const chances = tracker.uncertain()[1]!.sightings.map(({ chance }) => chance);
    expect(chances).toEqual([...chances].sort((a, b) => b - a));
    expect(chances.at(-1)).toBeLessThan(0.001);
  });

  test('a face that walks out of the picture is in no doubt outside', () => {
    const at = (frame: number): Box => box(1100 + 10 * (frame - 30), 300);
    const tracker = follow(120, (frame) =>
      frame >= 30 && frame < 48 ? [{ box: at(frame), score: 0.9 }] : [],
    );
    const after = tracker.uncertain().filter(({ reason }) => reason === 'ended-in-open');
    for (const { box: place } of after.flatMap(({ sightings }) => sightings)) {
      expect(place.x + place.width / 2).toBeLessThan(1280);
    }
  });

  test('a face that is often missed is in more doubt than one that is always seen', () => {
    const seen = (every: number) => (frame: number) =>
      frame < 90 && frame % every === 0 ? [face(600, 300, 0.6)] : [];
    expect(sum(follow(150, seen(18)))).toBeGreaterThan(3 * sum(follow(150, seen(6))));
  });

  test('what stays below the threshold is left open, and in more doubt the better it was seen', () => {
    const given = { ...options, threshold: 0.6 };
    const weak = follow(60, () => [face(600, 300, 0.3)], [], given);
    const better = follow(60, () => [face(600, 300, 0.5)], [], given);
    expect(weak.boxesAt(30)).toEqual([]);
    expect(reasons(weak)).toEqual(['dismissed']);
    expect(sum(better)).toBeGreaterThan(sum(weak));
  });

  test('a face that reaches the threshold once is covered where it is weaker, too', () => {
    const given = { ...options, threshold: 0.6 };
    const tracker = follow(60, (frame) => [face(600, 300, frame === 30 ? 0.7 : 0.3)], [], given);
    for (let frame = 0; frame < 60; frame += 1) expect(covered(tracker, frame, box(600, 300))).toBe(1);
  });
});
