import { expect, test } from 'vitest';
import { reasonToCover } from '../../../src/pipeline/live/release-rule.ts';

const around = {
  frame: 10,
  sceneStart: 0,
  second: null,
  timeOf: (frame: number) => 30 * frame,
  largestGap: 240,
};

test('a frame that was looked at is known, where the look before is near', () => {
  expect(reasonToCover({ ...around, before: 8, after: 10 })).toBeNull();
  expect(reasonToCover({ ...around, before: 1, after: 10 })).toBe('gap');
});

test('a frame between two near looks is known', () => {
  expect(reasonToCover({ ...around, before: 8, after: 12 })).toBeNull();
});

test('a frame after the last look is covered, however young that look is', () => {
  expect(reasonToCover({ ...around, before: 9, after: null })).toBe('late');
  expect(reasonToCover({ ...around, before: null, after: null })).toBe('late');
});

test('a frame between two looks that are far apart is covered', () => {
  expect(reasonToCover({ ...around, before: 4, after: 12 })).toBeNull();
  expect(reasonToCover({ ...around, before: 4, after: 13 })).toBe('gap');
});

test('it is time that counts: with half the frames looks may be half as many frames apart', () => {
  const slow = { ...around, timeOf: (frame: number) => 60 * frame };
  expect(reasonToCover({ ...slow, before: 8, after: 12 })).toBeNull();
  expect(reasonToCover({ ...slow, before: 8, after: 13 })).toBe('gap');
  const forgotten = { ...around, timeOf: (frame: number) => (frame < 10 ? -Infinity : 30 * frame) };
  expect(reasonToCover({ ...forgotten, before: 9, after: 11 })).toBe('gap');
});

test('the first frames of a scene are known from two looks after them, if both are near', () => {
  const first = { ...around, before: 9, sceneStart: 10, after: 12 };
  expect(reasonToCover({ ...first, second: 18 })).toBeNull();
  expect(reasonToCover({ ...first, second: 19 })).toBe('gap');
  expect(reasonToCover({ ...first, before: null, second: 18 })).toBeNull();
});

test('the first look at a scene does not suffice: what it missed the second may find', () => {
  expect(reasonToCover({ ...around, before: null, after: 10 })).toBe('late');
  expect(reasonToCover({ ...around, before: 9, sceneStart: 10, after: 12 })).toBe('late');
});

test('looks whose time is forgotten never make a frame known', () => {
  const nothing = { ...around, timeOf: () => -Infinity };
  expect(reasonToCover({ ...nothing, before: 9, after: 11 })).toBe('gap');
  expect(reasonToCover({ ...nothing, before: null, after: 11, second: 12 })).toBe('gap');
});
