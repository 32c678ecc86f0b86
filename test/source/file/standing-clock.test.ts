import { expect, test } from 'vitest';
import { StandingClock } from '../../../src/source/file/standing-clock.ts';

function heard(times: readonly number[], rate = 25): string[] {
  const clock = new StandingClock({ num: rate, den: 1 });
  for (const time of times) clock.add(time);
  return clock.doubts;
}
const every = (step: number, count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, index) => from + index * step);

test('says where the clock of joined recordings goes back', () => {
  const [text, ...more] = heard([...every(0.04, 100), ...every(0.001, 99, 3.961)]);
  expect(more).toEqual([]);
  expect(text).toContain('goes back at about 4.0 s');
});

test('says nothing of frames that are close now and then, or by their rate', () => {
  const bursts = every(0.1, 20).flatMap((time) => every(0.001, 8, time));
  expect(heard(bursts)).toEqual([]);
  expect(heard(every(0.001, 100), 1000)).toEqual([]);
  expect(heard([])).toEqual([]);
});
