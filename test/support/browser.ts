import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Why tests with a browser are skipped here; null if there is one. */
export const noBrowser: string | null = existsSync(CHROMIUM) ? null : `there is no ${CHROMIUM}`;

/** Starts the system's Chromium. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/** Number of pictures that the page has drawn. */
export function framesOf(page: Page): Promise<number> {
  return page.evaluate(`Number(document.querySelector('#picture').dataset.frames ?? 0)`);
}

/** Waits until the page has drawn this many more pictures. */
export async function waitForFrames(page: Page, more: number): Promise<void> {
  // In one expression: the page's policy forbids the evaluation that external polling needs.
  await page.evaluate(`new Promise((resolve, reject) => {
    const canvas = document.querySelector('#picture');
    const frames = () => Number(canvas.dataset.frames ?? 0);
    const goal = frames() + ${more};
    const observer = new MutationObserver(() => {
      if (frames() >= goal) resolve();
    });
    observer.observe(canvas, { attributes: true });
    setTimeout(() => reject(new Error('got to ' + frames() + ' of ' + goal)), 20_000);
  })`);
}

/** Waits until the page shows this: `live`, `panic`, `disconnected` … */
export async function waitForView(page: Page, view: string): Promise<void> {
  const body = page.locator('body');
  await page
    .locator(`body[data-view="${view}"]`)
    .waitFor()
    .catch(async (cause: unknown) => {
      const shown = `${await body.getAttribute('data-view')}: ${await page.locator('#cover-reason').textContent()}`;
      throw new Error(`The page shows “${shown}” instead of “${view}”.`, { cause });
    });
}

/** The colour at a place of the picture, given as shares of its size. */
export function colorAt(page: Page, x: number, y: number): Promise<[number, number, number]> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('#picture');
    const [left, top] = [Math.floor(${x} * canvas.width), Math.floor(${y} * canvas.height)];
    return [...canvas.getContext('2d').getImageData(left, top, 1, 1).data].slice(0, 3);
  })()`);
}

/** A sum over all samples of the picture, which identifies it. */
export function checksum(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('#picture');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value, index) => (sum * 31 + value * (index % 251)) % 1000003, 7);
  })()`);
}
