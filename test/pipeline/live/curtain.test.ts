import { expect, test } from 'vitest';
import { Curtain } from '../../../src/pipeline/live/curtain.ts';

/** Times at which the picture is covered and shown in turn, for frames every 40 ms, some of them unknown. */
function changes(isKnown: (at: number) => boolean, seconds: number): number[] {
  const curtain = new Curtain();
  const times: number[] = [];
  let isCovered = false;
  for (let at = 0; at < seconds * 1000; at += 40) {
    if (curtain.covers(isKnown(at), at) === isCovered) continue;
    isCovered = !isCovered;
    times.push(at);
  }
  return times;
}

test('a single late frame covers a second of the picture, not a flash of it', () => {
  expect(changes((at) => at !== 4000, 10)).toEqual([4000, 5000]);
});

test('it lifts when frames have been known for a while', () => {
  expect(changes((at) => at < 4000 || at >= 8000, 20)).toEqual([4000, 8280]);
});

test('at the start it lifts as soon as frames are known', () => {
  expect(changes((at) => at >= 400, 10)).toEqual([0, 680]);
});

test('a machine that is late again and again gets longer curtains, not more of them', () => {
  const times = changes((at) => at % 1500 !== 0 || at === 0, 60);
  const stays = times.flatMap((at, i) => (i % 2 === 1 ? [at - times[i - 1]!] : []));
  expect(stays.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
  expect(times.length).toBeLessThan(2 * (60 / 8) + 6);
});

test('once the machine keeps up, the next curtain is a short one', () => {
  expect(changes((at) => ![4000, 6000, 20_000].includes(at), 30)).toEqual([
    4000, 5000, 6000, 8000, 20_000, 21_000,
  ]);
});

test('a clock that is set back does not keep the picture covered', () => {
  const curtain = new Curtain();
  expect(curtain.covers(true, 1e9)).toBe(false);
  expect(curtain.covers(false, 1e9 + 40)).toBe(true);
  const covered = Array.from({ length: 100 }, (_, i) => curtain.covers(true, 40 * i));
  expect(covered.filter(Boolean).length).toBe(25);
});
