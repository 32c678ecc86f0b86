import { copyFile, readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noBrowser, startBrowser } from '../support/browser.ts';
import {
  makeReviewClip,
  openReviewPage,
  openTestReview,
  pixelAt,
  pointAt,
  writeReviewTracks,
  type TestReview,
} from '../support/review-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe.skipIf(noBrowser !== null)(`a review in the browser ${noBrowser ?? ''}`, () => {
  const at = temporaryFolder();
  let browser: Browser;
  let review: TestReview;
  let page: Page;
  let count = 0;
  beforeAll(async () => {
    browser = await startBrowser();
    await makeReviewClip(at('clip.mp4'));
  });
  beforeEach(async () => {
    count += 1;
    const input = at(`clip-${count}.mp4`);
    await copyFile(at('clip.mp4'), input);
    await writeReviewTracks(input.replace('.mp4', '.veil.tracks.json'), input);
    review = await openTestReview(input);
    page = await openReviewPage(browser, review);
    // All frames have been read.
    await page.locator('#reading:has-text("fps")').waitFor();
  });
  afterEach(async () => {
    await page.context().close();
    await review[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await browser.close();
  });

  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const shows = (text: string | RegExp) =>
    expect.poll(() => page.locator('#status').textContent()).toMatch(text);
  const card = (id: number) => page.locator(`#person-${id}`);
  const stateOf = (id: number) => expect.poll(() => card(id).getAttribute('data-state'));
  const whenOf = (id: number) => expect.poll(() => card(id).locator('.person-when').textContent());
  const frame = () => expect.poll(() => page.locator('#picture').getAttribute('data-frame'));
  const choose = (id: number): Promise<void> => card(id).locator('.person-title').click();

  it('loads nothing from another host, and shows the covers of the frame, or the original while V is held', async () => {
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.reload();
    await page.locator('#picture[data-frame]').waitFor();
    const covered = await pixelAt(page, 85, 80);
    await page.keyboard.down('v');
    await page.locator('#picture[data-look=original]').waitFor();
    const original = await pixelAt(page, 85, 80);
    await page.keyboard.up('v');
    await page.locator('#picture[data-look=covered]').waitFor();
    expect(original).not.toEqual(covered);
    expect(await pixelAt(page, 85, 80)).toEqual(covered);
    expect([...hosts]).toEqual([new URL(review.url).host]);
  });

  it('goes from doubt to doubt, each at its least certain frame, until none is left', async () => {
    await shows('3 places to look at');
    await press('Tab');
    await frame().toBe('20');
    await press('Enter');
    await shows('2 places to look at');
    await frame().toBe('22');
    await press('Shift+Tab');
    await frame().toBe('10');
    await press('x');
    await stateOf(3).toBe('dismissed');
    await shows('1 place to look at');
    await press('Enter');
    await shows('Everything reviewed');
    await press('Control+z', 'Control+z', 'Control+z');
    await shows('3 places to look at');
    await press('Control+y');
    await shows('2 places to look at');
    expect(review.status()).toMatchObject({ openDoubts: 2, isRendered: false });
  });

  it('keeps the keys of the page after a button was clicked, and lets Tab lead on from one that was reached by keys', async () => {
    await page.getByRole('button', { name: 'Next doubt' }).click();
    await frame().toBe('20');
    await press('Tab');
    await frame().toBe('22');
    await press('Shift+F6');
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('BUTTON');
    await press('Tab');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('BUTTON');
    await frame().toBe('22');
  });

  it('steps by frames, plays, and zooms the picture', async () => {
    await press('ArrowRight', 'ArrowRight', 'Shift+ArrowRight', 'ArrowLeft');
    await frame().toBe('11');
    await press('End');
    await frame().toBe('39');
    await press('Home', 'Space');
    await expect
      .poll(async () => Number(await page.locator('#picture').getAttribute('data-frame')))
      .toBeGreaterThan(5);
    const before = await pixelAt(page, 600, 300);
    await press('k', 'Home', '+', '+');
    await frame().toBe('0');
    await expect.poll(() => pixelAt(page, 600, 300)).not.toEqual(before);
  });

  it('dismisses and covers again; groups, and dismisses a person everywhere', async () => {
    await choose(1);
    await press('x');
    await stateOf(1).toBe('dismissed');
    await press('a');
    await stateOf(1).toBe('covered');
    await choose(2);
    await card(4).click({ modifiers: ['Control'] });
    await press('g');
    await expect.poll(() => card(2).locator('.person-title').textContent()).toBe('Person 1');
    await press('Escape');
    await choose(2);
    await press('Shift+X');
    await stateOf(2).toBe('dismissed');
    await shows('1 place to look at');
  });

  it('asks who keeps a person visible, and writes it down', async () => {
    await choose(1);
    await press('y');
    const name = page.getByLabel('Who decides this');
    expect(await name.inputValue()).toBe('Ada');
    await name.fill('Grace');
    await press('Enter');
    await stateOf(1).toBe('kept');
    expect(await card(1).locator('.person-doubt').textContent()).toMatch(/^Grace decided this on \d{4}-/);
    const log = await readFile(review.tracks.replace('.tracks.json', '.edits.jsonl'), 'utf8');
    expect(log).toContain('"state":"kept","by":"Grace"');
  });

  it('splits, merges and trims tracks where the playhead stands', async () => {
    await choose(1);
    await press('Home', 'Shift+ArrowRight', 's');
    await expect.poll(() => card(5).count()).toBe(1);
    await choose(1);
    await card(5).click({ modifiers: ['Control'] });
    await press('m');
    await expect.poll(() => card(5).count()).toBe(0);
    await choose(1);
    await press('Home', 'ArrowRight', 'ArrowRight', '[');
    await whenOf(1).toContain('0:00.08 –');
    await press('Shift+ArrowRight', ']');
    await whenOf(1).toContain('0:00.08 – 0:00.48');
  });

  it('draws a box with the keyboard, tracks it both ways, and moves it with a key frame', async () => {
    await press('Home', 'Shift+ArrowRight', 'n');
    await press(...Array<string>(6).fill('ArrowLeft'), 'Shift+ArrowUp', 'Enter');
    await expect.poll(() => card(5).getAttribute('aria-selected')).toBe('true');
    await press('t');
    await expect
      .poll(() => page.locator('#toast').textContent())
      .toMatch(/^Tracked through \d+ of 40 frames/);
    await press('k');
    await press('Control+z');
    await press('Control+z');
    await whenOf(5).toContain('0:00.40 – 0:00.40');
    await press('Delete');
    await expect.poll(() => card(5).count()).toBe(0);
  });

  it('sprays: a box follows the pointer while the key is held', async () => {
    await press('Home');
    const from = await pointAt(page, 300, 250);
    await page.mouse.move(from.x, from.y);
    await page.keyboard.down('b');
    const to = await pointAt(page, 340, 260);
    await page.mouse.move(to.x, to.y, { steps: 5 });
    await expect
      .poll(async () => Number(await page.locator('#picture').getAttribute('data-frame')))
      .toBeGreaterThan(3);
    await page.keyboard.up('b');
    await expect.poll(() => card(5).count()).toBe(1);
    await whenOf(5).toMatch(/^#5 · 0:00\.00 – 0:0[01]/);
  });

  it('adds zones, covers whole frames and silences sound, and takes them away', async () => {
    const wall = await pixelAt(page, 600, 300);
    await press('z', 'Enter');
    await page.getByLabel('Only this is visible').check();
    await page.getByRole('button', { name: 'Add' }).click();
    await expect.poll(() => pixelAt(page, 600, 300)).not.toEqual(wall);
    await press('Escape', 'Delete');
    await expect.poll(() => pixelAt(page, 600, 300)).toEqual(wall);
    await press('c', 'ArrowRight', 'ArrowRight', 'c');
    // The fourth state: a zone, none again, and now this.
    await page.locator('#picture[data-revision="4"]').waitFor();
    expect(await pixelAt(page, 600, 300)).not.toEqual(wall);
    await press('Delete', 'u', 'ArrowRight', 'u');
    const log = async (): Promise<string> =>
      readFile(review.tracks.replace('.tracks.json', '.edits.jsonl'), 'utf8');
    await expect.poll(log).toContain('"type":"mute"');
    expect(await log()).toContain('"type":"removeCoverAll"');
  });

  it('selects with a rubber band and with the filter, and decides about all of them at once', async () => {
    const rows = (await page.locator('#timeline').boundingBox())!;
    await page.mouse.move(rows.x + 100, rows.y + 75);
    await page.mouse.down();
    await page.mouse.move(rows.x + rows.width - 10, rows.y + 75 + 60, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.locator('.person[aria-selected=true]').count()).toBeGreaterThan(2);
    await press('Escape', '/');
    await page.keyboard.type('once');
    await page.keyboard.press('Escape');
    await press('Control+a', 'x');
    await stateOf(3).toBe('dismissed');
    expect(await card(1).count()).toBe(0);
    // The field says what the list is filtered by until it is emptied.
    expect(await page.locator('#filter').inputValue()).toBe('once');
    await press('/');
    await page.keyboard.press('Delete');
    await expect.poll(() => card(1).count()).toBe(1);
  });

  it('is a list of options for those who hear it, with every key in the help', async () => {
    const people = page.getByRole('listbox', { name: 'People' });
    expect(await people.getByRole('option').count()).toBe(4);
    await press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    expect(await help.locator('dt').count()).toBeGreaterThan(25);
    await press('Escape');
    expect(await help.isVisible()).toBe(false);
    await press('Tab');
    await expect.poll(() => page.locator('#announcer').textContent()).toContain('Doubt 1 of 3');
  });

  it('takes keys as soon as a dialog is closed, wherever the focus still is', async () => {
    await press('?');
    await expect.poll(() => page.locator('#help').isVisible()).toBe(true);
    // In the task of the close: its event, which moves the focus, has not come yet.
    const announced = await page.evaluate(`(() => {
      document.querySelector('#help').close();
      const key = new KeyboardEvent('keydown', { key: 'Tab', bubbles: true });
      document.activeElement.dispatchEvent(key);
      return document.querySelector('#announcer').textContent;
    })()`);
    expect(announced).toContain('Doubt 1 of 3');
  });

  it('closes a dialog at the first Escape, from its field too, and changes nothing', async () => {
    await choose(1);
    await press('y');
    await page.locator('#keep-by:focus').waitFor();
    await press('Escape');
    await expect.poll(() => page.locator('#keep').isVisible()).toBe(false);
    await stateOf(1).toBe('covered');
  });

  it('lets a second page look only, until the first is gone', async () => {
    const second = await openReviewPage(browser, review);
    await second.getByText('Read only').waitFor();
    await second.keyboard.press('Tab');
    await second.keyboard.press('x');
    await expect.poll(() => second.locator('#toast').textContent()).toContain('Another page edits');
    await page.context().close();
    await second.getByText('Read only').waitFor({ state: 'hidden' });
    await second.keyboard.press('x');
    await expect.poll(() => review.status().openDoubts).toBe(2);
    page = second;
  });

  it.each([
    [1180, 820, 'dark'],
    [820, 1180, 'light'],
  ] as const)('fits a tablet of %i × %i', async (width, height, colorScheme) => {
    const tablet = await openReviewPage(browser, review, {
      viewport: { width, height },
      hasTouch: true,
      colorScheme,
    });
    expect(await tablet.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await tablet.context().close();
  });
});
