import { describe, expect, it } from 'vitest';
import { atOnceOf } from '../../src/jobs/batch/at-once.ts';

const GB = 1024 ** 3;

describe('how many work at once', () => {
  it('is what was asked for, and no more than there is to do', () => {
    expect(atOnceOf(4, 10)).toBe(4);
    expect(atOnceOf(4, 2)).toBe(2);
    expect(atOnceOf(4, 0)).toBe(1);
  });

  it('is what cores and memory bear, where the machine may choose', () => {
    expect(atOnceOf('auto', 100, { cores: 16, memory: 64 * GB })).toBe(8);
    expect(atOnceOf('auto', 100, { cores: 16, memory: 6 * GB })).toBe(3);
    expect(atOnceOf('auto', 100, { cores: 1, memory: GB })).toBe(1);
  });
});
