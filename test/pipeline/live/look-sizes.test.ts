import { describe, expect, test } from 'vitest';
import { LookSizes } from '../../../src/pipeline/live/look-sizes.ts';

/** Looks at a frame every 80 ms, each of which is needed so many milliseconds after it begins. */
function sizesOf(looks: number, { takes, allowed }: { takes: number; allowed: number }): string {
  const sizes = new LookSizes();
  return Array.from({ length: looks }, (_, index) => {
    const capturedAt = 80 * index;
    const size = sizes.choose({ capturedAt, now: capturedAt + 20, neededAt: capturedAt + 20 + allowed });
    if (size === 'usual') sizes.took(takes);
    return size === 'usual' ? 'U' : 's';
  }).join('');
}

describe('a look takes', () => {
  test('all pictures, where that is done in time', () => {
    expect(sizesOf(12, { takes: 60, allowed: 80 })).toBe('UUUUUUUUUUUU');
  });

  test('fewer where it would come too late, and all of them often enough that nobody is lost in between', () => {
    expect(sizesOf(12, { takes: 75, allowed: 80 })).toBe('UssssUssssUs');
  });

  test('all pictures where the clock was set back, since nobody knows how long ago it last did', () => {
    const sizes = new LookSizes();
    expect(sizes.choose({ capturedAt: 5000, now: 5020, neededAt: Infinity })).toBe('usual');
    sizes.took(500);
    expect(sizes.choose({ capturedAt: 5080, now: 5100, neededAt: 5200 })).toBe('spared');
    expect(sizes.choose({ capturedAt: 1000, now: 1020, neededAt: 1100 })).toBe('usual');
  });
});
