import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { readClock, takeReadings, type ClockReadings } from './clock-page.ts';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Watches a preview in Chromium; does nothing without Chromium. */
export class LiveWatcher {
  readonly url: string;
  readonly #browser: Browser | null;
  readonly #page: Page | null;

  private constructor(url: string, browser: Browser | null, page: Page | null) {
    this.url = url;
    this.#browser = browser;
    this.#page = page;
  }

  static async open(url: string): Promise<LiveWatcher> {
    if (!existsSync(CHROMIUM)) {
      console.log(`The page is not watched: ${CHROMIUM} is missing.`);
      return new LiveWatcher(url, null, null);
    }
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url);
    await page.locator('body[data-view="live"]').waitFor();
    await readClock(page);
    return new LiveWatcher(url, browser, page);
  }

  async take(): Promise<ClockReadings> {
    return this.#page === null ? { latencies: [], drawn: 0 } : takeReadings(this.#page);
  }

  /** Covers everything with the key, and uncovers it with the button. */
  async panic(milliseconds: number): Promise<void> {
    const page = this.#page;
    if (page === null) return;
    await page.keyboard.press('p');
    await page.waitForTimeout(milliseconds);
    await page.getByRole('button', { name: 'Release' }).click();
  }

  /** Other pages connect, watch in the other codec, and leave abruptly. */
  async churn(): Promise<void> {
    const browser = this.#browser;
    if (browser === null) return;
    const pages = await Promise.all([0, 1].map(() => browser.newPage()));
    for (const page of pages) {
      await page.addInitScript('delete window.VideoDecoder');
      await page.goto(this.url);
    }
    await pages[0]!.waitForTimeout(1000);
    await Promise.all(pages.map((page) => page.close()));
  }

  async close(): Promise<void> {
    await this.#browser?.close();
  }
}
