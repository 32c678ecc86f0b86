import { expect, test } from 'vitest';
import { Backoff } from '../../src/base/backoff.ts';

test('each wait is twice the last, up to the limit', () => {
  const backoff = new Backoff({ first: 500, most: 3000 });
  expect([backoff.next(), backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([
    500, 1000, 2000, 3000, 3000,
  ]);
});

test('it begins again after a success, and after a run that lasted longer than the longest wait', () => {
  const backoff = new Backoff({ first: 500, most: 3000 });
  backoff.next();
  backoff.reset();
  expect(backoff.next()).toBe(500);
  expect(backoff.next(3000)).toBe(1000);
  expect(backoff.next(3001)).toBe(500);
});
