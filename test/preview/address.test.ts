import { describe, expect, it } from 'vitest';
import { exposureNote, readAddress } from '../../src/preview/address.ts';

describe('the address of a preview', () => {
  it.each([
    ['4321', '127.0.0.1', 4321],
    ['0', '127.0.0.1', 0],
    ['localhost:80', 'localhost', 80],
    ['0.0.0.0:4321', '0.0.0.0', 4321],
    ['[::1]:4321', '::1', 4321],
    ['camera-3.local:4321', 'camera-3.local', 4321],
  ])('%s is %s, port %i', (text, host, port) => {
    expect(readAddress(text)).toEqual({ host, port });
  });

  it.each([
    '',
    'localhost',
    '65536',
    '-1',
    '1e3',
    '::1:4321',
    '[1.2.3.4]:80',
    'a b:80',
    'http://localhost:80',
  ])('is not %j', (text) => {
    expect(() => readAddress(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('comes with a word of warning where other machines reach it', () => {
    expect(exposureNote(readAddress('4321'))).toBeNull();
    expect(exposureNote(readAddress('0.0.0.0:4321'))).toContain('not encrypted');
  });
});
