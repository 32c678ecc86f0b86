import { writeFile, readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { noBrowser, startBrowser } from '../support/browser.ts';
import { moving, openReviewPage, openTestReview, writeReviewTracks } from '../support/review-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const VIDEO = { width: 2560, height: 1440 };

describe.skipIf(noBrowser !== null)(`a review that is zoomed ${noBrowser ?? ''}`, () => {
  const at = temporaryFolder();
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
    const { ffmpeg } = await findBinaries();
    // Stripes of one pixel, which become grey at half size.
    const stripes = `nullsrc=s=${VIDEO.width}x${VIDEO.height}:r=25:d=0.4,geq=lum='40+160*mod(X,2)':cb=128:cr=128`;
    const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '4', '-pix_fmt', 'yuv420p'];
    const args = ['-v', 'error', '-f', 'lavfi', '-i', stripes, ...coding, at('clip.mp4')];
    expect(await capture(ffmpeg.path, args, { timeoutMs: 120_000 })).toMatchObject({ code: 0 });
    const tracks = at('clip.veil.tracks.json');
    await writeReviewTracks(tracks, at('clip.mp4'));
    const document = JSON.parse(await readFile(tracks, 'utf8')) as { input: object; tracks: object[] };
    await writeFile(
      tracks,
      JSON.stringify({
        ...document,
        input: { ...document.input, ...VIDEO, frames: 10 },
        tracks: [{ id: 1, score: 0.9, detections: 8, boxes: moving(0, 9, 1200, 700, 90) }],
        uncertain: [{ trackId: 1, reason: 'long-gap', firstFrame: 4, lastFrame: 4, risk: 0.6 }],
      }),
    );
  });
  afterAll(async () => {
    await browser.close();
  });

  /** Mean difference of adjacent pixels in a row of the picture: offset from the centre, CSS pixels. */
  const contrast = (page: Page, dx: number, dy: number): Promise<number> =>
    page.evaluate(`(() => {
      const canvas = document.querySelector('#picture');
      const [x, y] = [Math.round(canvas.width / 2 + ${dx}), Math.round(canvas.height / 2 + ${dy})];
      const { data } = canvas.getContext('2d').getImageData(x, y, 41, 1);
      let sum = 0;
      for (let i = 4; i < data.length; i += 4) sum += Math.abs(data[i] - data[i - 4]);
      return sum / 40;
    })()`);

  it('shows the pixels of the video as they will be in the output, where the picture has fewer', async () => {
    await using review = await openTestReview(at('clip.mp4'));
    const page = await openReviewPage(browser, review);
    await page.locator('#reading:has-text("fps")').waitFor();
    await page.keyboard.press('Tab');
    await page.locator('#picture[data-frame="4"]').waitFor();
    expect(await contrast(page, -200, 0)).toBeLessThan(30);
    await page.keyboard.press('1');
    await page.locator('#picture[data-pixels=all]').waitFor();
    expect(await page.locator('#zoom-level').textContent()).toBe('100 %');
    // The doubtful face is in the middle, and covered there; beside it the stripes are intact.
    expect(await contrast(page, -300, 0)).toBeGreaterThan(100);
    expect(await contrast(page, -20, 0)).toBeLessThan(30);
    await page.keyboard.down('v');
    await page.locator('#picture[data-look=original][data-pixels=all]').waitFor();
    expect(await contrast(page, -20, 0)).toBeGreaterThan(100);
    await page.keyboard.up('v');
    // A step, and a shift of the view.
    await page.keyboard.press('ArrowRight');
    await page.locator('#picture[data-frame="5"][data-pixels=all]').waitFor();
    await page.keyboard.press('Alt+ArrowLeft');
    await page.keyboard.press('Alt+ArrowLeft');
    await expect.poll(() => contrast(page, 0, 0)).toBeGreaterThan(100);
    await page.keyboard.press('0');
    await page.locator('#picture:not([data-pixels])').waitFor();
    expect(await page.locator('#zoom-level').textContent()).toBe('');
    await page.context().close();
  });
});
