import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import type { Preview } from '../../src/preview/preview.ts';
import { startBrowser, waitForView } from './browser.ts';
import { PreviewRun } from './preview-run.ts';
import { openTestPreview } from './open-preview.ts';

export interface PageOptions extends BrowserContextOptions {
  /** Where to go: the preview unless told otherwise. */
  readonly url?: string;
  /** Runs before the page does. */
  readonly script?: string;
  /** As a browser that decodes no H.264. */
  readonly withoutWebCodecs?: boolean;
}

/** What the tests of one file have at hand. */
export interface WatchedPreview {
  readonly run: PreviewRun;
  readonly preview: Preview;
  /** Opens a page in a profile of its own, closed after the test. */
  open(options?: PageOptions): Promise<Page>;
  /** The same, and waits until it is live. */
  openLive(options?: PageOptions): Promise<Page>;
}

/** A browser, a live run and its preview for the tests of one file. To be called inside `describe`. */
export function watchedPreview(): WatchedPreview {
  let browser: Browser;
  let run: PreviewRun;
  let preview: Preview;
  const pages: Page[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
    run = await PreviewRun.start({ ffmpeg: (await findBinaries()).ffmpeg.path });
    preview = await openTestPreview(run);
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    // What a page sent last may still be on its way, and would change the run under the next test.
    await vi.waitUntil(() => preview.clients === 0, { timeout: 20_000 });
    run.setState('live');
  });
  afterAll(async () => {
    await preview.close();
    await run.stop();
    await browser.close();
  });
  const open = async (options: PageOptions = {}): Promise<Page> => {
    const { url = preview.url, withoutWebCodecs = false, script, ...context } = options;
    const page = await (await browser.newContext(context)).newPage();
    pages.push(page);
    page.setDefaultTimeout(20_000);
    if (withoutWebCodecs) await page.addInitScript('delete window.VideoDecoder');
    if (script !== undefined) await page.addInitScript(script);
    await page.goto(url);
    return page;
  };
  return {
    get run() {
      return run;
    },
    get preview() {
      return preview;
    },
    open,
    openLive: async (options) => {
      const page = await open(options);
      await waitForView(page, 'live');
      return page;
    },
  };
}
