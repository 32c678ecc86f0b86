import { expect, test } from 'vitest';
import { reasonToCover } from '../../../src/pipeline/live/release-rule.ts';

const around = { frame: 10, sceneStart: 0, timeOf: (frame: number) => 30 * frame, largestGap: 240 };

test('a frame that was looked at is known', () => {
  expect(reasonToCover({ ...around, before: 10, after: 10 })).toBeNull();
});

test('a frame between two near looks is known', () => {
  expect(reasonToCover({ ...around, before: 8, after: 12 })).toBeNull();
});

test('a frame after the last look is covered, however young that look is', () => {
  expect(reasonToCover({ ...around, before: 9, after: null })).toBe('Detection is late.');
  expect(reasonToCover({ ...around, before: null, after: null })).toBe('Detection is late.');
});

test('a frame between two looks that are far apart is covered', () => {
  expect(reasonToCover({ ...around, before: 4, after: 12 })).toBeNull();
  expect(reasonToCover({ ...around, before: 4, after: 13 })).toBe('Looks are too far apart.');
});

test('it is time that counts: with half the frames looks may be half as many frames apart', () => {
  const slow = { ...around, timeOf: (frame: number) => 60 * frame };
  expect(reasonToCover({ ...slow, before: 8, after: 12 })).toBeNull();
  expect(reasonToCover({ ...slow, before: 8, after: 13 })).toBe('Looks are too far apart.');
  const forgotten = { ...around, timeOf: (frame: number) => (frame < 10 ? -Infinity : 30 * frame) };
  expect(reasonToCover({ ...forgotten, before: 9, after: 11 })).toBe('Looks are too far apart.');
});

test('the first frames of a scene are known from the look after them, if it is near', () => {
  expect(reasonToCover({ ...around, before: 9, sceneStart: 10, after: 18 })).toBeNull();
  expect(reasonToCover({ ...around, before: 9, sceneStart: 10, after: 19 })).not.toBeNull();
  expect(reasonToCover({ ...around, before: null, after: 18 })).toBeNull();
});

test('looks whose time is forgotten never make a frame known', () => {
  const nothing = { ...around, timeOf: () => -Infinity };
  expect(reasonToCover({ ...nothing, before: 9, after: 11 })).toBe('Looks are too far apart.');
  expect(reasonToCover({ ...nothing, before: null, after: 11 })).toBe('Looks are too far apart.');
});
