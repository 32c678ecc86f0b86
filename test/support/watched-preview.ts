import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import type { Preview } from '../../src/preview/preview.ts';
import { startBrowser, waitForView } from './browser.ts';
import { PreviewRun } from './preview-run.ts';
import { openTestPreview } from './open-preview.ts';

export interface PageOptions extends BrowserContextOptions {
  /** URL to open: by default that of the preview. */
  readonly url?: string;
  /** Runs before the page's own scripts. */
  readonly script?: string;
  /** Simulates a browser that can't decode H.264. */
  readonly withoutWebCodecs?: boolean;
}

/** The preview, the run and pages for the tests of one file. */
export interface WatchedPreview {
  readonly run: PreviewRun;
  readonly preview: Preview;
  /** Opens a page in its own profile, closed after the test. */
  open(options?: PageOptions): Promise<Page>;
  /** The same, and waits until it is live. */
  openLive(options?: PageOptions): Promise<Page>;
}

/** A browser, a live run and its preview for the tests of one file. Call it inside `describe`. */
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
    // The last message of a page may still be in transit, and would change the run during the next test.
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
