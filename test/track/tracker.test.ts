import { describe, expect, test } from 'vitest';
import type { Box } from '../../src/frame/box.ts';
import type { Detection } from '../../src/frame/detection.ts';
import { NO_SHIFT, shiftBox, type Shift } from '../../src/frame/scene-change.ts';
import { Tracker } from '../../src/track/tracker.ts';
import { box, covered, face, follow, options } from './support/follow.ts';

describe('coverage', () => {
  test('a face that moves evenly is covered in every frame between the looks', () => {
    const at = (frame: number): Box => box(100 + 8 * frame, 200 + 2 * frame);
    const tracker = follow(60, (frame) => [{ box: at(frame), score: 0.9 }]);
    for (let frame = 0; frame < 60; frame += 1) expect(covered(tracker, frame, at(frame))).toBe(1);
    expect(tracker.tracks()).toMatchObject([{ id: 1, firstFrame: 0, lastFrame: 59, detections: 10 }]);
  });

  test('a face is covered between looks however the camera shakes', () => {
    const shake = (frame: number): number => 50 * Math.sin(frame);
    const at = (frame: number): Box => box(300 + 3 * frame + shake(frame), 200);
    const tracker = new Tracker(options);
    for (let frame = 0; frame < 60; frame += 1) {
      tracker.addCameraShift(frame, { ...NO_SHIFT, x: frame === 0 ? 0 : shake(frame) - shake(frame - 1) });
      if (frame % 6 === 0) tracker.addLook({ frame, faces: [{ box: at(frame), score: 0.9 }] });
    }
    tracker.end(59);
    for (let frame = 0; frame < 60; frame += 1)
      expect(covered(tracker, frame, at(frame))).toBeGreaterThan(0.99);
  });

  test('a face that was seen once is covered along the way of the camera', () => {
    const at = (frame: number): Box => box(900 - 10 * frame, 300);
    const tracker = new Tracker(options);
    for (let frame = 0; frame < 90; frame += 1) {
      tracker.addCameraShift(frame, { ...NO_SHIFT, x: -10 });
      const faces = frame === 36 ? [{ box: at(frame), score: 0.9 }] : [];
      if (frame % 6 === 0) tracker.addLook({ frame, faces });
    }
    for (let frame = 26; frame <= 46; frame += 1)
      expect(covered(tracker, frame, at(frame))).toBeGreaterThan(0.99);
  });

  test('a face is covered before it was first seen and after it was last seen', () => {
    const tracker = follow(90, (frame) => (frame >= 36 && frame <= 48 ? [face(600, 300)] : []));
    expect(tracker.boxesAt(20)).toHaveLength(0);
    for (let frame = 24; frame <= 60; frame += 1) expect(covered(tracker, frame, box(600, 300))).toBe(1);
    expect(tracker.boxesAt(70)).toHaveLength(0);
  });

  test('a face that was seen once is covered', () => {
    const tracker = follow(60, (frame) => (frame === 30 ? [face(600, 300, 0.31)] : []));
    expect(covered(tracker, 30, box(600, 300))).toBe(1);
    expect(tracker.boxesAt(30)[0]!.origin).toBe('detected');
  });

  test('a weak face is covered when it was seen twice, or as long as nobody looked again', () => {
    const twice = follow(60, (frame) => (frame === 30 || frame === 42 ? [face(600, 300, 0.21)] : []));
    for (let frame = 24; frame < 48; frame += 1) expect(covered(twice, frame, box(600, 300))).toBe(1);
    const atTheEnd = follow(60, (frame) => (frame === 54 ? [face(600, 300, 0.21)] : []));
    expect(covered(atTheEnd, 59, box(600, 300))).toBe(1);
    const still = follow(1, () => [face(600, 300, 0.21, 200)]);
    expect(covered(still, 0, box(600, 300, 200))).toBe(1);
  });

  test('what was seen once, weakly, is left open and said', () => {
    const tracker = follow(60, (frame) => (frame === 30 ? [face(600, 300, 0.21)] : []));
    expect(tracker.boxesAt(30)).toEqual([]);
    expect(tracker.uncertain()).toMatchObject([{ reason: 'dismissed', firstFrame: 18, lastFrame: 42 }]);
  });

  test('a large face that stays weak is left open only where the detector is sure of large faces', () => {
    const looks = (size: number) => () => [face(600, 300, 0.35, size)];
    const sure = { ...options, confirmation: { seenOnce: 0.3, largeFace: 0.4, holdSeconds: 0.4 } };
    expect(follow(60, looks(120), [], sure).boxesAt(30)).toEqual([]);
    expect(follow(60, looks(60), [], sure).boxesAt(30)).toHaveLength(1);
    expect(follow(60, looks(120)).boxesAt(30)).toHaveLength(1);
  });

  test('how large a face is says its best look, not one that drew its box too large', () => {
    const sure = { ...options, confirmation: { seenOnce: 0.3, largeFace: 0.4, holdSeconds: 0.4 } };
    const tracker = follow(
      60,
      (frame) => [frame < 30 ? face(600, 300, 0.3, 60) : face(590, 290, 0.22, 110)],
      [],
      sure,
    );
    expect(tracker.boxesAt(12)).toHaveLength(1);
  });

  test('a face that is lost for a while is one track, covered in between', () => {
    const at = (frame: number): Box => box(300 + 4 * frame, 300);
    const tracker = follow(60, (frame) => (frame > 18 && frame < 36 ? [] : [{ box: at(frame), score: 0.9 }]));
    expect(tracker.tracks()).toHaveLength(1);
    for (let frame = 0; frame < 60; frame += 1) expect(covered(tracker, frame, at(frame))).toBe(1);
    expect(tracker.boxesAt(59)).toHaveLength(1);
  });

  test('a moving face that is lost is covered where it was and where it was going', () => {
    const at = (frame: number): Box => box(300 + 5 * frame, 300);
    const tracker = follow(60, (frame) => (frame <= 24 ? [{ box: at(frame), score: 0.9 }] : []));
    for (let frame = 25; frame < 37; frame += 1) {
      expect(covered(tracker, frame, at(frame))).toBeGreaterThan(0.95);
      expect(covered(tracker, frame, at(24))).toBe(1);
    }
  });
});

describe('the edge of the picture', () => {
  const ahead = { ...options, lookAhead: 60 };
  /** Boxes of a static face under a constant camera motion, in the frames where it is detected. */
  function panned(
    frames: number,
    from: Box,
    shift: Shift,
    detected: (frame: number) => boolean,
    given = ahead,
  ): (frame: number) => Box {
    tracker = new Tracker(given);
    const boxes = [from];
    for (let frame = 0; frame < frames; frame += 1) {
      tracker.addCameraShift(frame, frame === 0 ? NO_SHIFT : shift);
      const faces = detected(frame) ? [{ box: boxes[frame]!, score: 0.9 }] : [];
      if (frame % 6 === 0) tracker.addLook({ frame, faces });
      boxes.push(shiftBox(boxes[frame]!, shift));
    }
    tracker.end(frames - 1);
    return (frame) => boxes[frame]!;
  }
  let tracker: Tracker;

  test.each([
    ['pans', { x: 3, y: 0, zoom: 1 }, box(-90, 300)],
    ['zooms out', { x: 640 * 0.005, y: 360 * 0.005, zoom: 0.995 }, box(-120, 300)],
  ])(
    'a face that is found long after the camera %s and brings it in is covered from there',
    (_, shift, from) => {
      const at = panned(90, from, shift, (frame) => frame >= 72);
      const isInside = (frame: number): boolean => at(frame).x + at(frame).width > 6;
      expect(isInside(0)).toBe(false);
      for (let frame = 0; frame < 90; frame += 1) {
        if (isInside(frame)) expect(covered(tracker, frame, at(frame))).toBeGreaterThan(0.99);
      }
      expect(tracker.boxesAt(5)).toEqual([]);
    },
  );

  test('it is covered in every frame when frames leave one by one, and the report says so', () => {
    const shift = { x: 3, y: 0, zoom: 1 };
    const tracker = new Tracker(ahead);
    const at = (frame: number): Box => box(-90 + 3 * frame, 300);
    const open: number[] = [];
    for (let frame = 0; frame < 150; frame += 1) {
      tracker.addCameraShift(frame, frame === 0 ? NO_SHIFT : shift);
      const faces = frame >= 72 && frame < 90 ? [{ box: at(frame), score: 0.9 }] : [];
      if (frame % 6 === 0) tracker.addLook({ frame, faces });
      const leaving = frame - ahead.lookAhead;
      if (leaving < 0) continue;
      tracker.advanceTo(leaving);
      const isInside = at(leaving).x + at(leaving).width > 6;
      if (isInside && leaving < 90 && covered(tracker, leaving, at(leaving)) < 0.99) open.push(leaving);
    }
    expect(open).toEqual([]);
    expect(tracker.tracks()[0]!.firstFrame).toBeLessThan(14);
  });

  test('a face that was there when the video begins is covered in its first frame', () => {
    const shift = { x: 1, y: 0, zoom: 1 };
    const at = panned(90, box(-36, 300), shift, (frame) => frame >= 54, { ...ahead, frameRate: 40 });
    for (let frame = 0; frame < 90; frame += 1)
      expect(covered(tracker, frame, at(frame))).toBeGreaterThan(0.99);
  });

  test('a face that the camera leaves behind is covered until it is out', () => {
    const at = panned(120, box(1150, 300), { x: 2, y: 0, zoom: 1 }, (frame) => frame <= 30);
    for (let frame = 30; frame < 60; frame += 1) {
      if (at(frame).x < 1274) expect(covered(tracker, frame, at(frame))).toBeGreaterThan(0.99);
    }
    expect(tracker.boxesAt(100)).toEqual([]);
  });

  test('a face that turns up in the middle is covered no longer than others while the camera pans', () => {
    panned(90, box(300, 300), { x: 3, y: 0, zoom: 1 }, (frame) => frame >= 72);
    expect(tracker.boxesAt(50)).toEqual([]);
    expect(tracker.boxesAt(62)).toHaveLength(1);
  });
});

describe('identity', () => {
  test('two faces that pass each other stay two tracks', () => {
    const left = (frame: number): Box => box(200 + 6 * frame, 200);
    const right = (frame: number): Box => box(700 - 6 * frame, 260);
    const tracker = follow(90, (frame) => [left, right].map((at) => ({ box: at(frame), score: 0.9 })));
    expect(tracker.tracks()).toHaveLength(2);
    for (let frame = 0; frame < 90; frame += 1) {
      expect(covered(tracker, frame, left(frame))).toBe(1);
      expect(covered(tracker, frame, right(frame))).toBe(1);
    }
  });

  test('a face that fades keeps its track', () => {
    const tracker = follow(60, (frame) => [face(600, 300, frame === 30 ? 0.22 : 0.9)]);
    expect(tracker.tracks()).toHaveLength(1);
  });

  test('when the camera swings, faces that all moved the same way keep their tracks', () => {
    const xs = [200, 400, 600, 800];
    const tracker = follow(36, (frame) =>
      xs.map((x, index) => face(x + (frame >= 18 ? 55 : 0), 300, index === 3 ? 0.3 : 0.9, 40)),
    );
    expect(tracker.tracks()).toHaveLength(4);
  });

  test('a box of another size is another face', () => {
    const tracker = follow(24, (frame) => [frame < 12 ? face(600, 300, 0.9, 40) : face(600, 300, 0.9, 120)]);
    expect(tracker.tracks()).toHaveLength(2);
  });
});

describe('a whole video that is known', () => {
  const whole = { ...options, lookAhead: Infinity };
  const at = (frame: number): Box => box(200 + 2 * frame, 300);
  /** Occluded for two seconds. */
  const hidden = (frame: number): Detection[] =>
    frame < 48 || frame > 108 ? [{ box: at(frame), score: 0.9 }] : [];

  test('has one track for a face that is hidden for a while, covered all along', () => {
    const tracker = follow(160, hidden, [], whole);
    tracker.link();
    for (let frame = 0; frame < 160; frame += 1) expect(covered(tracker, frame, at(frame))).toBe(1);
    expect(tracker.tracks()).toHaveLength(1);
  });

  test('is two faces where the second could not be the first', () => {
    const other = (frame: number): Detection[] =>
      frame < 48 ? [face(200, 300)] : frame > 108 ? [face(700, 300)] : [];
    const tracker = follow(160, other, [], whole);
    tracker.link();
    expect(tracker.tracks()).toHaveLength(2);
  });

  test('does not join what a cut parts', () => {
    const tracker = follow(160, hidden, [80], whole);
    tracker.link();
    expect(tracker.tracks()).toHaveLength(2);
  });
});

describe('cuts', () => {
  const tracker = follow(60, (frame) => (frame < 32 ? [face(200, 200)] : [face(800, 400)]), [32]);

  test('no mask slides across a cut', () => {
    expect(tracker.boxesAt(31)).toHaveLength(1);
    expect(covered(tracker, 31, box(800, 400))).toBe(0);
    expect(covered(tracker, 32, box(200, 200))).toBe(0);
  });

  test('a face is covered from the first frame after a cut, before the first look there', () => {
    expect(covered(tracker, 32, box(800, 400))).toBe(1);
  });

  test('a scene that nobody looked at is blind', () => {
    const short = follow(30, () => [face(200, 200)], [13, 17]);
    expect([12, 13, 16, 17].map((frame) => short.isUnobserved(frame))).toEqual([false, true, true, false]);
  });
});

test('reading a frame moves nothing: frames can be asked for in any order, and again', () => {
  const tracker = follow(120, (frame) => [face(200 + 4 * frame, 300)], [60]);
  const ahead = Array.from({ length: 120 }, (_, frame) => tracker.boxesAt(frame));
  const back = Array.from({ length: 120 }, (_, index) => tracker.boxesAt(119 - index)).reverse();
  expect(back).toEqual(ahead);

  tracker.advanceTo(40);
  expect(tracker.boxesAt(90)).toEqual(ahead[90]);
  expect(tracker.boxesAt(40)).toEqual(ahead[40]);
});

test('memory does not grow with the length of a video', () => {
  const tracker = new Tracker(options);
  const hour = 108_000;
  let before = 0;
  for (let frame = 0; frame < hour; frame += 1) {
    if (frame % 6 === 0) tracker.addLook({ frame, faces: [face(600 + 50 * Math.sin(frame / 40), 300)] });
    if (frame >= 30) tracker.advanceTo(frame - 30);
    if (frame === 10_000) before = JSON.stringify(tracker.tracks()).length;
  }
  expect(JSON.stringify(tracker.tracks()).length).toBeLessThan(before + 100);
  expect(tracker.tracks()[0]!.detections).toBe(hour / 6);
});

test('a run that nobody reports on keeps nothing of the faces that are gone', () => {
  const tracker = new Tracker({ ...options, keepsHistory: false });
  for (let frame = 0; frame < 6000; frame += 1) {
    // A new person every two seconds, and one who is always there and often occluded.
    const faces = [face(100 + 70 * Math.floor((frame % 600) / 60), 300), face(1000, 300)];
    if (frame % 6 === 0) tracker.addLook({ frame, faces: faces.slice(0, frame % 60 < 30 ? 2 : 1) });
    tracker.advanceTo(frame - 30);
  }
  expect(tracker.count).toBeGreaterThan(50);
  expect(tracker.tracks().length).toBeLessThan(5);
  expect(tracker.uncertain().length).toBeLessThan(5);
});
