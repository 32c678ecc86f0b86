import { describe, expect, it } from 'vitest';
import { IMAGE_EXTENSIONS, isMedia, isOwnOutput } from '../../../src/cli/input/media-kinds.ts';
import { CONTAINER_EXTENSIONS } from '../../../src/config/encoding.ts';

describe('kinds of files', () => {
  it('include every kind that Veil writes', () => {
    for (const extension of [...IMAGE_EXTENSIONS, ...CONTAINER_EXTENSIONS]) {
      expect(isMedia(`a${extension}`), extension).toBe(true);
    }
    expect(isMedia('notes.txt')).toBe(false);
  });

  it('leave out what Veil made: outputs and reports, not everything with veil in its name', () => {
    expect(['a.veil.mp4', 'A.VEIL.JPG', 'a.veil.report.json'].map(isOwnOutput)).toEqual([true, true, true]);
    expect(['veil.mp4', 'my.veil', 'unveil.mp4', 'a.veil.b.mp4'].map(isOwnOutput)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
