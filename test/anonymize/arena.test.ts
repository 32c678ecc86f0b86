import { expect, test } from 'vitest';
import { Arena } from '../../src/anonymize/arena.ts';

test('arrays share nothing until all are taken back, also while it grows', () => {
  const arena = new Arena();
  for (let round = 0; round < 3; round += 1) {
    const ints = Array.from({ length: 50 }, (_, index) => arena.ints(index).fill(index));
    const doubles = Array.from({ length: 50 }, (_, index) => arena.doubles(index).fill(index / 2));
    for (let index = 0; index < 50; index += 1) {
      expect([...ints[index]!]).toEqual(Array(index).fill(index));
      expect([...doubles[index]!]).toEqual(Array(index).fill(index / 2));
    }
    arena.reset();
  }
});

test('what was taken back is used again', () => {
  const arena = new Arena();
  arena.ints(100);
  arena.reset();
  const first = arena.ints(50);
  arena.reset();
  expect(arena.ints(50).buffer).toBe(first.buffer);
});
