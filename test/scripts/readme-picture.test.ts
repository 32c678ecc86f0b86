import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawCrowd } from '../../scripts/drawn-crowd.ts';
import { readmePicture } from '../../scripts/readme-picture.ts';
import { exposedShare, type LumaPicture } from '../../src/eval/exposure.ts';

const SIZE = { width: 640, height: 400 };

describe('the picture of the README', () => {
  let png: Buffer;
  let before: LumaPicture;
  let after: LumaPicture;

  beforeAll(async () => {
    png = await readmePicture();
    const half = async (left: number): Promise<LumaPicture> => {
      const image = sharp(png).extract({ left, top: 0, ...SIZE });
      return { ...SIZE, data: new Uint8Array(await image.greyscale().raw().toBuffer()) };
    };
    before = await half(0);
    after = await half(648);
  });

  it('shows every drawn face before, and none after', () => {
    const { faces } = drawCrowd(SIZE.width, SIZE.height);
    expect(faces).toHaveLength(9);
    for (const face of faces) {
      expect(exposedShare(before, before, face)).toBe(1);
      expect(exposedShare(before, after, face)).toBeLessThan(0.25);
    }
  });

  it('keeps what is no face: the poster can still be read', () => {
    expect(exposedShare(before, after, { x: 160, y: 45, width: 320, height: 55 })).toBe(1);
  });

  it('is small enough for a page', () => {
    expect(png.length).toBeLessThan(300 * 1024);
  });
});
