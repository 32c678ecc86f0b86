import { expect, test } from 'vitest';
import { BufferPool } from '../../src/frame/buffer-pool.ts';

test('a buffer that came back is taken again, and no other is made', () => {
  const pool = new BufferPool();
  const first = pool.take(12);
  pool.give(first);
  expect(pool.take(12)).toBe(first);
  expect(pool.made).toBe(1);
});

test('buffers that are out at the same time share no memory', () => {
  const pool = new BufferPool();
  const out = Array.from({ length: 5 }, () => pool.take(64));
  expect(new Set(out.map(({ buffer }) => buffer)).size).toBe(5);
  expect(out.every(({ buffer }) => buffer.byteLength === 64)).toBe(true);
});

test('a buffer that is given back twice is refused', () => {
  const pool = new BufferPool();
  const buffer = pool.take(12);
  pool.give(buffer);
  expect(() => {
    pool.give(buffer);
  }).toThrow('given back twice');
});

test('buffers of another size are let go', () => {
  const pool = new BufferPool();
  pool.give(pool.take(12));
  expect(pool.take(20)).toHaveLength(20);
});
