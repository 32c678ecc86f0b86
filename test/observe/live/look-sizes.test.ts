import { describe, expect, test } from 'vitest';
import { LookSizes } from '../../../src/observe/live/look-sizes.ts';

/** Looks at a frame every 80 ms, each of which is needed so many milliseconds after it begins. */
function sizesOf(
  looks: number,
  { takes, allowed, cutAt = Infinity }: { takes: number; allowed: number; cutAt?: number },
): string {
  const sizes = new LookSizes();
  return Array.from({ length: looks }, (_, index) => {
    const capturedAt = 80 * index;
    const sceneStartedAt = capturedAt < cutAt ? 0 : cutAt;
    const size = sizes.choose({
      capturedAt,
      sceneStartedAt,
      now: capturedAt + 20,
      neededAt: capturedAt + 20 + allowed,
    });
    if (size === 'usual') sizes.took(capturedAt, takes);
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
    const sceneStartedAt = 0;
    expect(sizes.choose({ capturedAt: 5000, sceneStartedAt, now: 5020, neededAt: Infinity })).toBe('usual');
    sizes.took(5000, 500);
    expect(sizes.choose({ capturedAt: 5080, sceneStartedAt, now: 5100, neededAt: 5200 })).toBe('spared');
    expect(sizes.choose({ capturedAt: 1000, sceneStartedAt, now: 1020, neededAt: 1100 })).toBe('usual');
  });

  test('all pictures first of all after a cut, which the last look of usual size has not seen', () => {
    expect(sizesOf(12, { takes: 75, allowed: 80, cutAt: 230 })).toBe('UssUssssUsss');
  });

  test('all pictures again where a look of usual size failed', () => {
    const sizes = new LookSizes();
    sizes.took(0, 75);
    const late = { sceneStartedAt: 0, now: 420, neededAt: 480 };
    expect(sizes.choose({ ...late, capturedAt: 400 })).toBe('usual');
    expect(sizes.choose({ ...late, capturedAt: 480 })).toBe('usual');
  });
});
