import { describe, expect, it } from 'vitest';
import { doubledName } from '../../src/base/doubled-name.ts';

describe('a name that an object has twice', () => {
  it.each([
    ['{"a": 1, "b": 2, "a": 3}', 'a'],
    ['[{"a": {"x": 1, "x": 2}}]', 'x'],
    ['{"a": 1, "\\u0061": 2}', 'a'],
    ['{"\\"": 1, "\\u0022" : 2}', '"'],
  ])('is found in %s', (text, name) => {
    expect(doubledName(text)).toBe(name);
  });

  it.each([
    '[{"a": 1}, {"a": 2}]',
    '{"a": {"a": {"a": 1}}}',
    '{"a": "a", "b": ["a", "a"], "c": "\\"a\\":"}',
    '{"a": "{", "b": "}{\\"a\\""}',
    '7',
  ])('is not in %s', (text) => {
    expect(doubledName(text)).toBeNull();
  });

  it('is looked for beside strings of any length', () => {
    const long = '\\n'.repeat(10_000_000);
    expect(doubledName(`{"a": "${long}", "b": "${'x'.repeat(10_000_000)}", "a": 1}`)).toBe('a');
  });
});
