import { expect, test } from 'vitest';
import { float32Of } from '../../src/models/float32-of.ts';

test('float16 values become the same numbers, from subnormal ones to infinity', () => {
  const halves = [
    0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x7c00, 0xfc00, 0x7e00,
  ];
  const values = float32Of(new Uint8Array(Uint16Array.from(halves).buffer), 'float16');
  const third = 0.333251953125;
  const expected = [
    0,
    -0,
    2 ** -24,
    1023 * 2 ** -24,
    2 ** -14,
    1,
    -2,
    third,
    65504,
    Infinity,
    -Infinity,
    NaN,
  ];
  expect([...values]).toEqual(expected);
});

test('float32 values are read wherever they begin', () => {
  const bytes = new Uint8Array(9);
  new DataView(bytes.buffer).setFloat32(1, -1.5, true);
  new DataView(bytes.buffer).setFloat32(5, 3e38, true);
  expect([...float32Of(bytes.subarray(1), 'float32')]).toEqual([-1.5, Math.fround(3e38)]);
});

test('bytes that end within a value are refused', () => {
  expect(() => float32Of(new Uint8Array(3), 'float16')).toThrow(RangeError);
});
