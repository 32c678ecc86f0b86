import { copyFile, readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { readTracks } from '../../src/documents/tracks-document.ts';
import { renderFile } from '../../src/pipeline/file/render-file.ts';
import { noBrowser, startBrowser } from '../support/browser.ts';
import { makeReviewClip, openReviewPage, openTestReview, writeReviewTracks } from '../support/review-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe.skipIf(noBrowser !== null)(`the output of a review ${noBrowser ?? ''}`, () => {
  const at = temporaryFolder();
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
    await makeReviewClip(at('clip.mp4'));
    await copyFile(at('clip.mp4'), at('nobody.mp4'));
    for (const name of ['clip', 'nobody']) {
      await writeReviewTracks(at(`${name}.veil.tracks.json`), at(`${name}.mp4`));
    }
  });
  afterAll(async () => {
    await browser.close();
  });

  it('is what veil render writes of the same tracks, and what the audit finds in it is looked at next', async () => {
    await using review = await openTestReview(at('clip.mp4'));
    const page = await openReviewPage(browser, review);
    const status = page.locator('#status');
    await page.keyboard.press('Tab');
    for (const left of [2, 1, 0]) {
      await page.keyboard.press('Enter');
      await expect.poll(() => review.status().openDoubts).toBe(left);
    }
    await page.getByRole('button', { name: 'Render…' }).click();
    await page.keyboard.press('Enter');
    // The clip shows a group of people, of whom the tracks cover hardly one.
    await expect.poll(() => page.locator('#audit').textContent(), { timeout: 240_000 }).toMatch(/found \d+/);
    expect(await status.textContent()).toMatch(/to look at/);
    const config = configSchema.parse({ anonymizer: 'cpu', video: { preset: 'ultrafast' } });
    const output = at('again.mp4');
    await renderFile({ input: at('clip.mp4'), output, tracks: await readTracks(review.tracks), config });
    expect((await readFile(review.output)).equals(await readFile(output))).toBe(true);

    const before = review.status().openFindings;
    await page.keyboard.press('Tab');
    await expect.poll(() => page.locator('#announcer').textContent()).toContain('the audit sees a face');
    await page.keyboard.press('x');
    await expect.poll(() => review.status().openFindings).toBe(before - 1);
    await page.keyboard.press('a');
    await expect.poll(() => page.locator('#person-5').count()).toBe(1);
    expect(review.status()).toMatchObject({ openFindings: before - 2, isRendered: false });
    await page.context().close();
  }, 300_000);

  it('asks for a word where nothing would be covered', async () => {
    await using review = await openTestReview(at('nobody.mp4'));
    const page = await openReviewPage(browser, review);
    await page.keyboard.press('Control+a');
    await page.keyboard.press('x');
    await expect.poll(() => page.locator('.person[data-state=dismissed]').count()).toBeGreaterThan(3);
    await page.getByRole('button', { name: 'Render…' }).click();
    const go = page.locator('#render-go');
    expect(await go.isDisabled()).toBe(true);
    await page.getByLabel('Nothing will be covered').fill('uncovered');
    expect(await go.isDisabled()).toBe(false);
    await page.keyboard.press('Escape');
    await page.context().close();
  });
});
