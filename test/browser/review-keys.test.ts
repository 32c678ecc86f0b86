import { copyFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, startBrowser } from '../support/browser.ts';
import {
  makeReviewClip,
  openReviewPage,
  openTestReview,
  pointAt,
  writeReviewTracks,
  type TestReview,
} from '../support/review-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe.skipIf(noBrowser !== null)(`keys and fingers on the page of a review ${noBrowser ?? ''}`, () => {
  const at = temporaryFolder();
  let browser: Browser;
  let review: TestReview;
  let page: Page;
  let count = 0;
  beforeAll(async () => {
    browser = await startBrowser();
    await makeReviewClip(at('clip.mp4'));
    await writeReviewTracks(at('clip.json'), at('clip.mp4'));
  });
  afterEach(async () => {
    await page.context().close();
    await review[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await browser.close();
  });

  async function open(options: BrowserContextOptions = {}): Promise<void> {
    count += 1;
    const input = at(`clip-${count}.mp4`);
    await copyFile(at('clip.mp4'), input);
    await copyFile(at('clip.json'), input.replace('.mp4', '.veil.tracks.json'));
    review = await openTestReview(input);
    page = await openReviewPage(browser, review, options);
    await page.locator('#reading:has-text("fps")').waitFor();
  }
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const text = (id: string) => expect.poll(() => page.locator(`#${id}`).textContent());
  const frame = () =>
    expect.poll(async () => Number(await page.locator('#picture').getAttribute('data-frame')));
  const card = (id: number) => page.locator(`#person-${id}`);

  it('play forwards and backwards, and stop', async () => {
    await open();
    await press('Home', 'l', 'l');
    await frame().toBeGreaterThan(8);
    await press('End', 'j');
    await frame().toBeLessThan(31);
    await press('Home', 'l', 'k');
    await text('play').toBe('Play');
    const shown = () => page.locator('#picture').getAttribute('data-frame');
    // A frame may still be on its way.
    await page.waitForTimeout(400);
    const stopped = await shown();
    await page.waitForTimeout(400);
    expect(await shown()).toBe(stopped);
  });

  it('play while the times of frames are still arriving: playback waits for them, and goes on', async () => {
    await open();
    await press('Home');
    const isPlaying = await page.evaluate(`(async () => {
      const { now, update } = await import('./store.js');
      const { play } = await import('./player.js');
      const { times } = now();
      update({ times: times.slice(0, 2) });
      play(1);
      for (let turn = 0; turn < 10; turn += 1) await new Promise(requestAnimationFrame);
      const isStill = now().isPlaying && now().frame < 2;
      update({ times });
      return isStill;
    })()`);
    expect(isPlaying).toBe(true);
    await frame().toBeGreaterThan(8);
  });

  it('choose people, set key frames and go from one to the next', async () => {
    await open();
    await press('ArrowDown', 'ArrowDown');
    await expect.poll(() => page.locator('.person[aria-selected=true]').count()).toBe(1);
    expect(await page.locator('#people').getAttribute('aria-activedescendant')).toMatch(/^person-\d$/);
    await press('Escape', 'Home', 'Shift+ArrowRight', 'n', 'Enter');
    await expect.poll(() => card(5).getAttribute('aria-selected')).toBe('true');
    // The track has no box yet, even if the picture still shows one.
    await press('Shift+ArrowRight', 'k');
    await page.locator('#picture.is-drawing').waitFor();
    await press('Enter');
    await expect.poll(() => card(5).locator('.person-when').textContent()).toContain('0:00.40 – 0:00.80');
    await press('e');
    await frame().toBe(10);
    await press('r');
    await frame().toBe(20);
    await press('r');
    await text('announcer').toContain('no further key frame');
    await press('Delete');
    await expect.poll(() => card(5).locator('.person-when').textContent()).toContain('0:00.40 – 0:00.40');
  });

  it('group and part again, zoom, and ask before they render or end the review', async () => {
    await open();
    await press('Control+a', 'g');
    await expect.poll(() => page.locator('.person').count()).toBe(1);
    await press('g');
    await expect.poll(() => page.locator('.person').count()).toBe(4);
    await press('+');
    await text('zoom-level').toMatch(/^\d+ %$/);
    await press('-', '0');
    await text('zoom-level').toBe('');
    await press('w');
    await page.getByRole('dialog', { name: 'Render the output' }).waitFor();
    await press('Escape', 'q');
    await page.getByText(/places are left to look at\./).waitFor();
    await press('Enter');
    expect(await review.ended).toBe('closed');
  });

  it('confirm the dialog that is open, even if another has only just closed', async () => {
    await open();
    await press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    // In the task of the close: its event comes after the next dialog is open.
    await page.evaluate(`(() => {
      document.querySelector('#help').close();
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'q', bubbles: true }));
    })()`);
    await page.getByText(/places are left to look at\./).waitFor();
    await press('Enter');
    expect(await review.ended).toBe('closed');
  });

  it('can all be pressed in the list of actions, where there is no keyboard', async () => {
    await open({ hasTouch: true, viewport: { width: 1180, height: 820 } });
    const act = async (key: string): Promise<void> => {
      await page.getByRole('button', { name: 'Actions' }).tap();
      await page.getByRole('button', { name: key, exact: true }).tap();
    };
    await act('Tab');
    await frame().toBe(20);
    await act('X');
    await expect.poll(() => card(2).getAttribute('data-state')).toBe('dismissed');
    await act('Ctrl+Z');
    await expect.poll(() => card(2).getAttribute('data-state')).toBe('open');
    await act('→');
    await frame().toBe(23);
    await act('V');
    await page.locator('#picture[data-look=original]').waitFor();
    await page.locator('#picture').tap();
    await page.locator('#picture[data-look=covered]').waitFor();
  });

  it('magnify with two fingers what is between them', async () => {
    await open({ hasTouch: true, viewport: { width: 1180, height: 820 } });
    const fingers = await page.context().newCDPSession(page);
    const { x, y } = await pointAt(page, 200, 120);
    const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', gap: number): Promise<void> => {
      const touchPoints = [
        { x: x - gap, y, id: 0 },
        { x: x + gap, y, id: 1 },
      ];
      await fingers.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: type === 'touchEnd' ? [] : touchPoints,
      });
    };
    await touch('touchStart', 20);
    for (const gap of [30, 45, 60]) await touch('touchMove', gap);
    await touch('touchEnd', 60);
    await text('zoom-level').toMatch(/^\d+ %$/);
    const zoomed = Number.parseInt((await page.locator('#zoom-level').textContent())!);
    const box = (await page.locator('#picture').boundingBox())!;
    // Three times the fitted size.
    expect(zoomed / (100 * Math.min(box.width / 640, box.height / 360))).toBeCloseTo(3, 0);
    expect(await page.locator('.person[aria-selected=true]').count()).toBe(0);
  });
});
