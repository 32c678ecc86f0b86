import { mkdir, readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deferred } from '../../src/base/deferred.ts';
import { configSchema } from '../../src/config/schema.ts';
import { readTracks } from '../../src/documents/tracks-document.ts';
import { detectFile } from '../../src/pipeline/file/detect-file.ts';
import { renderFile } from '../../src/pipeline/file/render-file.ts';
import { noBrowser, startBrowser } from '../support/browser.ts';
import { groupPhoto } from '../support/photo-clip.ts';
import { openReviewPage, openTestReview } from '../support/review-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe.skipIf(noBrowser !== null)(`the review of a photo ${noBrowser ?? ''}`, () => {
  const at = temporaryFolder();
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
    await mkdir(at('in'));
    await sharp(groupPhoto(1)).resize(640).jpeg().toFile(at('in/photo.jpg'));
    const config = configSchema.parse({ look: { sizes: [640] } });
    await detectFile({ input: at('in/photo.jpg'), output: at('in/photo.veil.tracks.json'), config });
  });
  afterAll(async () => {
    await browser.close();
  });

  it('is that of a video of one frame: dismiss, draw, undo, render, audit', async () => {
    await using review = await openTestReview(at('in/photo.jpg'));
    const page = await openReviewPage(browser, review);
    const found = (await readTracks(review.tracks)).tracks.length;
    expect(found).toBeGreaterThan(1);
    const people = page.locator('.person');
    await expect.poll(() => page.locator('#people-count').textContent()).toBe(String(found));
    expect(await page.locator('#frame-number').textContent()).toBe('1 / 1');
    await people.first().locator('.person-title').click();
    await page.keyboard.press('x');
    await page.getByText('Not faces').click();
    await expect.poll(() => page.locator('.person[data-state=dismissed]').count()).toBe(1);
    await page.getByText('All', { exact: true }).first().click();
    for (const key of ['n', 'Enter', 't']) await page.keyboard.press(key);
    await expect.poll(() => page.locator('#people-count').textContent()).toBe(String(found + 1));
    // Steps and playing have no effect.
    for (const key of ['ArrowRight', 'Space', 'k', 'End', 'Home']) await page.keyboard.press(key);
    expect(await page.locator('#frame-number').textContent()).toBe('1 / 1');
    await page.getByRole('button', { name: 'Render…' }).click();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.locator('#audit').textContent(), { timeout: 120_000 })
      .toMatch(/^The audit found/);
    expect(review.status().isRendered).toBe(true);
    const config = configSchema.parse({ anonymizer: 'cpu' });
    const tracks = await readTracks(review.tracks);
    await renderFile({ input: at('in/photo.jpg'), output: at('again.jpg'), tracks, config });
    expect((await readFile(review.output)).equals(await readFile(at('again.jpg')))).toBe(true);
    await page.context().close();
  }, 300_000);

  it('loads the faces of frames that are read, so that the picture does not wait for others', async () => {
    await using review = await openTestReview(at('in/photo.jpg'));
    const page = await (await browser.newContext()).newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const faces = (): number => requests.filter((url) => url.includes('/face/')).length;
    const released = new Deferred<undefined>();
    await page.routeWebSocket(/socket$/, (socket) => {
      socket.connectToServer().onMessage((message) => {
        const isFrames = message.toString().includes('"type":"frames"');
        void (isFrames ? released.promise : Promise.resolve()).then(() => {
          socket.send(message);
        });
      });
    });
    await page.goto(review.url);
    await page.locator('.person img').first().waitFor({ state: 'attached' });
    await page.locator('#picture[data-frame]').waitFor();
    expect(faces()).toBe(0);
    released.resolve(undefined);
    await expect.poll(faces).toBeGreaterThan(0);
    await page.context().close();
  });

  it('comes after the search for faces where there are no tracks yet, with progress on the page', async () => {
    await sharp(groupPhoto(2)).resize(320).jpeg().toFile(at('in/new.jpg'));
    await using review = await openTestReview(at('in/new.jpg'));
    const page = await openReviewPage(browser, review);
    await expect.poll(() => page.locator('.person').count()).toBeGreaterThan(0);
    expect((await readTracks(review.tracks)).input.name).toBe('new.jpg');
    await page.context().close();
  });
});
