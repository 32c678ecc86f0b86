import { copyFile, readFile, writeFile } from 'node:fs/promises';
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
    // The clip shows a group of people, and the tracks cover hardly any of them.
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
    // The output is unchanged, and the decision can be undone.
    expect(review.status().isRendered).toBe(true);
    await page.keyboard.press('Control+z');
    await expect.poll(() => review.status().openFindings).toBe(before);
    await page.keyboard.press('Control+y');
    await expect.poll(() => review.status().openFindings).toBe(before - 1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('a');
    await expect.poll(() => page.locator('#person-5').count()).toBe(1);
    await expect.poll(() => review.status()).toMatchObject({ openFindings: before - 2, isRendered: false });
    await page.keyboard.press('Control+z');
    await expect.poll(() => review.status()).toMatchObject({ openFindings: before - 1, isRendered: true });
    await expect.poll(() => page.locator('#audit').textContent()).toBe(`The audit found ${before - 1}.`);
    await page.context().close();
    await review[Symbol.asyncDispose]();
    expect((await readTracks(review.tracks)).noFaces).toHaveLength(1);
  }, 300_000);

  it('is not called reviewed where nothing was in doubt and nobody looked', async () => {
    await copyFile(at('clip.mp4'), at('calm.mp4'));
    await writeReviewTracks(at('calm.veil.tracks.json'), at('calm.mp4'));
    const calm = await readTracks(at('calm.veil.tracks.json'));
    await writeFile(at('calm.veil.tracks.json'), JSON.stringify({ ...calm, uncertain: [] }));
    await using review = await openTestReview(at('calm.mp4'));
    const page = await openReviewPage(browser, review);
    expect(await page.locator('#status').textContent()).toBe('No doubts: look through the people');
    await page.context().close();
  });

  it('goes to a doubt about somebody without a track: A covers it, X leaves it open', async () => {
    await copyFile(at('clip.mp4'), at('weak.mp4'));
    await writeReviewTracks(at('weak.veil.tracks.json'), at('weak.mp4'));
    const document = await readTracks(at('weak.veil.tracks.json'));
    const span = (trackId: number, x: number, risk: number): object => ({
      ...{ trackId, reason: 'dismissed', firstFrame: 5, lastFrame: 30, risk, box: [x, 100, 40, 50] },
    });
    const uncertain = [span(70, 100, 0.2), span(71, 400, 0.4)];
    await writeFile(at('weak.veil.tracks.json'), JSON.stringify({ ...document, uncertain }));
    await using review = await openTestReview(at('weak.mp4'));
    const page = await openReviewPage(browser, review);
    await page.keyboard.press('Tab');
    await expect.poll(() => page.locator('#announcer').textContent()).toContain('Doubt 1 of 2');
    await page.keyboard.press('a');
    await expect.poll(() => review.status().openDoubts).toBe(1);
    const card = page.locator('#person-72');
    await expect.poll(() => card.locator('.person-when').textContent()).toMatch(/#72 · 0:00\.[0-2]/);
    await page.keyboard.press('Tab');
    await page.keyboard.press('x');
    await expect.poll(() => review.status().openDoubts).toBe(0);
    await expect.poll(() => page.locator('#status').textContent()).toBe('Everything reviewed');
    expect(await page.locator('.person').count()).toBe(5);
    await page.context().close();
  });

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

  it('asks for it where zones ignore everybody, too', async () => {
    await copyFile(at('clip.mp4'), at('ignored.mp4'));
    await writeReviewTracks(at('ignored.veil.tracks.json'), at('ignored.mp4'));
    const document = await readTracks(at('ignored.veil.tracks.json'));
    const zone = { kind: 'ignore', firstFrame: 0, lastFrame: 39, box: [0, 0, 640, 360] };
    await writeFile(
      at('ignored.veil.tracks.json'),
      JSON.stringify({ ...document, format: 'veil-tracks/2', zones: [zone] }),
    );
    await using review = await openTestReview(at('ignored.mp4'));
    const page = await openReviewPage(browser, review);
    await page.getByRole('button', { name: 'Render…' }).click();
    await page.locator('#render-go').click();
    await page.getByLabel('Nothing will be covered').fill('uncovered');
    await page.locator('#render-go').click();
    await expect.poll(() => page.locator('#audit').textContent(), { timeout: 240_000 }).toMatch(/found \d+/);
    await page.context().close();
  });
});
