import { stat } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCrowdClip, type CrowdClip } from '../../scripts/readme-picture.ts';
import { measureLeaks } from '../../src/eval/leak-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

describe('the moving picture of the README', () => {
  let clip: CrowdClip;

  beforeAll(async () => {
    clip = await makeCrowdClip(at('.'));
  });

  it('shows every drawn face before, and none after', async () => {
    const { before, after, truth } = clip;
    expect(truth.tracks).toHaveLength(9);
    const unchanged = await measureLeaks(before, before, truth);
    expect(unchanged.exposedFaceFrames).toBe(unchanged.faceFrames);
    const covered = await measureLeaks(before, after, truth);
    expect(covered.faceFrames).toBe(9 * truth.frames);
    expect(covered.exposedFaceFrames).toBe(0);
  });

  it('keeps the picture away from faces', async () => {
    const { before, after, truth } = clip;
    expect((await measureLeaks(before, after, truth)).overmaskShare).toBeLessThan(0.02);
  });

  it('is shipped as an animation that is small enough for a page', async () => {
    const path = new URL('../../docs/before-after.gif', import.meta.url).pathname;
    expect((await sharp(path).metadata()).pages).toBeGreaterThan(20);
    expect((await stat(path)).size).toBeLessThan(1.5 * 1024 * 1024);
  });
});
