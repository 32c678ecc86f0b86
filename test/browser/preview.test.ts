import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import type { Preview } from '../../src/preview/preview.ts';
import {
  checksum,
  noBrowser,
  openPage,
  startBrowser,
  waitForFrames,
  waitForView,
} from '../support/browser.ts';
import { LiveRun } from '../support/live-run.ts';
import { openTestPreview } from '../support/open-preview.ts';

describe.skipIf(noBrowser !== null)(`the preview in a browser ${noBrowser ?? ''}`, () => {
  let browser: Browser;
  let run: LiveRun;
  let preview: Preview;
  const pages: Page[] = [];

  beforeAll(async () => {
    browser = await startBrowser();
    run = await LiveRun.start({ ffmpeg: (await findBinaries()).ffmpeg.path });
    preview = await openTestPreview(run);
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
  });
  afterAll(async () => {
    await preview.close();
    await run.stop();
    await browser.close();
  });

  async function open(withWebCodecs = true): Promise<Page> {
    const page = await openPage(browser);
    pages.push(page);
    if (!withWebCodecs) await page.addInitScript('delete window.VideoDecoder');
    await page.goto(preview.url);
    return page;
  }

  it.each([
    ['H.264', true, 'h264'],
    ['JPEG, where there are no WebCodecs,', false, 'jpeg'],
  ])('shows pictures that change, as %s', async (_name, withWebCodecs, codec) => {
    const page = await open(withWebCodecs);
    await waitForView(page, 'live');
    expect(await page.locator('#picture').getAttribute('data-codec')).toBe(codec);
    const first = await checksum(page);
    await waitForFrames(page, 10);
    expect(await checksum(page)).not.toBe(first);
  });
});
