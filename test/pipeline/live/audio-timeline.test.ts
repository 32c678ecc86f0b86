import { expect, test } from 'vitest';
import { AudioTimeline } from '../../../src/pipeline/live/audio-timeline.ts';

const RATE = 48_000;
const NOW = 1_700_000_000;

/** Audio whose samples count up from a number. */
function counting(from: number, count: number): Uint8Array {
  return new Uint8Array(Int32Array.from({ length: count }, (_, index) => from + index).buffer);
}

function samplesOf(bytes: Uint8Array): number[] {
  return [...new Int32Array(bytes.buffer)];
}

test('what is put in pieces is taken whole, whatever the pieces', () => {
  const line = new AudioTimeline();
  line.take(NOW);
  for (let piece = 0; piece < 10; piece += 1) line.put(NOW + piece * 0.02, counting(1 + piece * 960, 960));
  const taken = [...samplesOf(line.take(NOW + 0.033)), ...samplesOf(line.take(NOW + 0.2))];
  expect(taken).toEqual(Array.from({ length: 9600 }, (_, index) => index + 1));
});

test('the first that is taken is nothing: picture and sound begin together', () => {
  const line = new AudioTimeline();
  line.put(NOW - 1, counting(1, RATE));
  expect(line.take(NOW)).toHaveLength(0);
});

test('where nothing was captured there is silence, and it is never heard twice', () => {
  const line = new AudioTimeline();
  line.take(NOW);
  line.put(NOW + 0.5, counting(1, RATE / 2));
  const taken = samplesOf(line.take(NOW + 1));
  expect(taken.slice(0, RATE / 2).every((sample) => sample === 0)).toBe(true);
  expect(taken.slice(RATE / 2)).toEqual(samplesOf(counting(1, RATE / 2)));
  expect(samplesOf(line.take(NOW + 20)).every((sample) => sample === 0)).toBe(true);
});

test('a piece whose time trembles follows the one before without a gap, and a later one is moved to its place', () => {
  const line = new AudioTimeline();
  line.take(NOW);
  line.put(NOW, counting(1, 960));
  line.put(NOW + 0.025, counting(961, 960));
  line.put(NOW + 0.5, counting(5000, 960));
  const taken = samplesOf(line.take(NOW + 1));
  expect(taken.slice(0, 1920)).toEqual(samplesOf(counting(1, 1920)));
  expect(taken[0.5 * RATE]).toBe(5000);
});

test('what comes too late is lost, and moves nothing', () => {
  const line = new AudioTimeline();
  line.take(NOW);
  line.take(NOW + 1);
  line.put(NOW + 0.5, counting(1, RATE));
  expect(samplesOf(line.take(NOW + 1.5))[0]).toBe(RATE / 2 + 1);
});
