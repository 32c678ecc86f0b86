import { expect, test, vi } from 'vitest';
import { decide } from '../../../src/pipeline/decide.ts';
import { Gate, longestDelay, type Released } from '../../../src/pipeline/live/gate.ts';
import { Tracker } from '../../../src/track/tracker.ts';
import { LANDSCAPE, view } from '../../support/landscape.ts';
import { capturedFrame, LIVE_SIZE } from '../../support/live-frames.ts';

const DELAY = 160;
const FACE = { box: { x: 20, y: 10, width: 12, height: 14 }, score: 0.9 };

function openGate(): Gate {
  return new Gate({ ...LIVE_SIZE, frameRate: 25, lookInterval: 2, delay: DELAY });
}

/** A released frame: its covered boxes (null: all), and why all of it is covered. */
interface Left extends Pick<Released, 'captured'> {
  readonly boxes: ReturnType<typeof decide>['boxes'];
  readonly reason: string | null;
}

function release(gate: Gate, now: number): Left | null {
  const released = gate.release(now);
  if (released === null) return null;
  const { cover, boxes, reason } = decide(released.knowledge);
  return { captured: released.captured, boxes, reason: cover === 'all' ? reason : null };
}

/** Releases every frame that is due until then, each at its time. */
function releaseAll(gate: Gate, until: number): Left[] {
  const released: Left[] = [];
  for (let due = gate.nextDue(); due !== null && due <= until; due = gate.nextDue()) {
    released.push(release(gate, due)!);
  }
  return released;
}

test('a frame leaves when its time has come, and not before', () => {
  const gate = openGate();
  for (let index = 0; index <= 2; index += 1) gate.push(capturedFrame(index));
  gate.addLook({ frame: 0, faces: [FACE] });
  gate.addLook({ frame: 2, faces: [FACE] });
  expect(gate.nextDue()).toBe(DELAY);
  expect(release(gate, DELAY - 1)).toBeNull();
  expect(release(gate, DELAY)).toMatchObject({ reason: null, boxes: [{ trackId: 1 }] });
  expect(gate.nextDue()).toBe(DELAY + 40);
});

test('a face that the first look at a scene misses is covered once the second has found it', () => {
  const gate = openGate();
  for (let index = 0; index <= 2; index += 1) gate.push(capturedFrame(index));
  gate.addLook({ frame: 0, faces: [] });
  expect(release(gate, DELAY)).toMatchObject({ boxes: null });
  const other = openGate();
  for (let index = 0; index <= 2; index += 1) other.push(capturedFrame(index));
  other.addLook({ frame: 0, faces: [] });
  other.addLook({ frame: 2, faces: [FACE] });
  expect(release(other, DELAY)).toMatchObject({ reason: null, boxes: [{ trackId: 1 }] });
});

test('a look at the next scene does not count as a second look at this one', () => {
  const gate = openGate();
  for (let index = 0; index < 2; index += 1) gate.push(capturedFrame(index));
  for (let index = 2; index < 6; index += 1) gate.push(capturedFrame(index, { scene: 1 }));
  for (const frame of [0, 2, 4]) gate.addLook({ frame, faces: [] });
  expect(release(gate, DELAY)).toMatchObject({ boxes: null });
});

test('nothing is shown before the first look', () => {
  const gate = openGate();
  for (let index = 0; index < 5; index += 1) gate.push(capturedFrame(index));
  const released = releaseAll(gate, 10_000);
  expect(released).toHaveLength(5);
  for (const { boxes, reason } of released) {
    expect(boxes).toBeNull();
    expect(reason).not.toBeNull();
  }
  expect(gate.hasDetected).toBe(false);
});

test('a face is covered in the frames before the look that found it', () => {
  const gate = openGate();
  for (let index = 0; index <= 4; index += 1) gate.push(capturedFrame(index));
  gate.addLook({ frame: 0, faces: [] });
  gate.addLook({ frame: 4, faces: [FACE] });
  for (const { boxes } of releaseAll(gate, 10_000)) expect(boxes).toHaveLength(1);
});

test('a face that looks miss is covered for as long where a camera that began slowly in the dark is now fast', () => {
  // The source was measured at 10 fps, but delivers 25.
  const gate = new Gate({ ...LIVE_SIZE, frameRate: 10, lookInterval: 1, delay: DELAY });
  const seen: Left[] = [];
  for (let index = 0; index <= 40; index += 1) {
    gate.push(capturedFrame(index));
    gate.addLook({ frame: index, faces: index <= 10 ? [FACE] : [] });
    seen.push(...releaseAll(gate, index * 40));
  }
  const covered = seen.filter(({ boxes }) => boxes?.length === 1);
  const seconds = (covered.at(-1)!.captured.capturedAt - 10 * 40) / 1000;
  expect(seconds).toBeGreaterThanOrEqual(0.98);
  expect(seconds).toBeLessThan(1.3);
});

test('while looks are late everything is covered, and the picture comes back by itself after a moment', () => {
  const gate = openGate();
  const reasons: (string | null)[] = [];
  for (let index = 0; index < 60; index += 1) {
    gate.push(capturedFrame(index));
    // No looks from frame 6 to 14.
    if (index % 2 === 0 && (index < 6 || index > 14)) gate.addLook({ frame: index, faces: [FACE] });
    for (const { boxes, reason } of releaseAll(gate, index * 40)) {
      expect(boxes === null).toBe(reason !== null);
      reasons.push(reason);
    }
  }
  // Frames 5 to 10 are due before the look at 16; the curtain stays for a second.
  const covered = reasons.flatMap((reason, index) => (reason === null ? [] : [index]));
  expect(covered[0]).toBeLessThanOrEqual(11);
  expect(covered).toEqual(Array.from({ length: covered.length }, (_, index) => covered[0]! + index));
  expect(covered).toHaveLength(25);
  expect(reasons.at(-1)).toBeNull();
});

test('a look at the scene before a cut does not count for the scene after it', () => {
  const gate = openGate();
  for (let index = 0; index < 6; index += 1) gate.push(capturedFrame(index));
  for (let index = 6; index < 9; index += 1) gate.push(capturedFrame(index, { scene: 1 }));
  for (const frame of [2, 4]) gate.addLook({ frame, faces: [FACE] });
  const released = releaseAll(gate, 10_000);
  expect(released.slice(0, 5).map(({ boxes }) => boxes?.length)).toEqual([1, 1, 1, 1, 1]);
  for (const { boxes } of released.slice(5)) expect(boxes).toBeNull();
});

test('a look that is finished after a cut was seen still belongs to the scene before it', () => {
  const gate = openGate();
  for (let index = 0; index < 6; index += 1) gate.push(capturedFrame(index));
  for (let index = 6; index < 9; index += 1) gate.push(capturedFrame(index, { scene: 1 }));
  for (const frame of [3, 5]) gate.addLook({ frame, faces: [FACE] });
  for (const frame of [7, 8]) gate.addLook({ frame, faces: [] });
  const released = releaseAll(gate, 10_000);
  expect(released.map(({ boxes }) => boxes?.length)).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0]);
});

test('a source that was opened again is a new scene, though it looks the same', () => {
  const gate = openGate();
  for (let index = 0; index < 3; index += 1) gate.push(capturedFrame(index));
  for (const frame of [0, 2]) gate.addLook({ frame, faces: [FACE] });
  for (let index = 3; index < 6; index += 1) gate.push(capturedFrame(index, { isFirst: index === 3 }));
  for (const frame of [3, 5]) gate.addLook({ frame, faces: [] });
  expect(releaseAll(gate, 10_000).map(({ boxes }) => boxes?.length)).toEqual([1, 1, 1, 0, 0, 0]);
});

test('frames that nobody takes away are dropped, oldest first, and told of', () => {
  const gate = openGate();
  for (let index = 0; index < 200; index += 1) gate.push(capturedFrame(index));
  expect(gate.size).toBeLessThan(40);
  expect(gate.dropped).toBe(200 - gate.size);
});

test('a delay that memory has no room for is known beforehand', () => {
  const hd = { width: 1280, height: 720, frameRate: 30 };
  expect(longestDelay(hd)).toBeGreaterThan(5000);
  expect(longestDelay({ ...hd, width: 3840, height: 2160 })).toBeLessThan(1500);
  const delay = longestDelay({ ...LIVE_SIZE, frameRate: 25 });
  expect((delay / 40) * LIVE_SIZE.width * LIVE_SIZE.height * 1.5).toBeLessThan(512 * 1024 * 1024);
});

test('frames that are too late to be live are dropped, and what is left is as young as can be', () => {
  const gate = openGate();
  for (let index = 0; index < 10; index += 1) gate.push(capturedFrame(index));
  gate.addLook({ frame: 9, faces: [] });
  // Frame 5 was due 320 ms ago, frame 6 less than 300.
  expect(release(gate, 5 * 40 + DELAY + 320)?.captured.frame.index).toBe(6);
  expect(gate.dropped).toBe(6);
  expect(release(gate, 1e9)?.captured.frame.index).toBe(9);
});

test('a detector that is always too late does not make the tracker remember ever more', () => {
  const gate = openGate();
  const asked = vi.spyOn(Tracker.prototype, 'advanceTo');
  for (let index = 0; index < 200; index += 1) {
    gate.push(capturedFrame(index, { scene: index % 20 < 10 ? 0 : 1 }));
    // So rarely that the faces between two looks are unknown.
    if (index % 20 === 0) gate.addLook({ frame: index, faces: [FACE] });
    releaseAll(gate, index * 40);
  }
  // The gate drops data before the requested frames.
  expect(asked.mock.calls.length).toBeGreaterThan(190);
  asked.mockRestore();
});

test('a face that looks miss for a moment is covered where the camera has moved it', () => {
  const gate = new Gate({ ...LANDSCAPE, frameRate: 25, lookInterval: 4, delay: DELAY });
  const box = { x: 300, y: 150, width: 30, height: 36 };
  const seen: Left[] = [];
  for (let index = 0; index <= 16; index += 1) {
    const captured = capturedFrame(index);
    gate.push({ ...captured, frame: { ...view(12 * index, 0), index } });
    if (index % 4 === 0) {
      const moved = { ...box, x: box.x - 12 * index };
      gate.addLook({ frame: index, faces: index <= 4 ? [{ box: moved, score: 0.9 }] : [] });
    }
    seen.push(...releaseAll(gate, captured.capturedAt));
  }
  const last = seen.findLast(({ boxes }) => boxes !== null)!;
  const { index } = last.captured.frame;
  expect(index).toBeGreaterThan(8);
  const covered = last.boxes!.map((each) => each.box);
  expect(covered).toHaveLength(1);
  expect(Math.abs(covered[0]!.x + covered[0]!.width / 2 - (box.x + box.width / 2 - 12 * index))).toBeLessThan(
    12,
  );
  // As tight as for a visible face: no camera motion is assumed.
  expect(covered[0]!.width).toBeLessThan(2 * box.width);
});

test('however long the delay, it is known how far apart the looks around a frame are', () => {
  const delay = 30_000;
  const gate = new Gate({ ...LIVE_SIZE, frameRate: 25, lookInterval: 2, delay });
  const released: Left[] = [];
  for (let index = 0; index < 900; index += 1) {
    gate.push(capturedFrame(index));
    // No looks for a second.
    if (index < 60 || index > 85) gate.addLook({ frame: index, faces: [] });
    released.push(...releaseAll(gate, index * 40));
  }
  const reasonOf = (index: number) => released.find(({ captured }) => captured.frame.index === index)?.reason;
  expect(reasonOf(50)).toBeNull();
  for (let index = 60; index < 86; index += 1) expect(reasonOf(index)).toBe('gap');
  expect(reasonOf(110)).toBeNull();
});
