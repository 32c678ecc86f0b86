import { readFile, rm } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenFolder } from '../../src/review/open-folder.ts';
import { noBrowser, startBrowser } from '../support/browser.ts';
import { makeFolder, openTestFolder } from '../support/review-folder.ts';
import { makeReviewClip } from '../support/review-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe.skipIf(noBrowser !== null)(`the review of a folder in the browser ${noBrowser ?? ''}`, () => {
  const folder = temporaryFolder();
  const at = (name: string): string => folder('in', name);
  const NAMES = ['done', 'new', 'broken', 'day/open'];
  let browser: Browser;
  let open: OpenFolder;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser();
    await makeReviewClip(folder('source.mp4'));
  });
  beforeEach(async () => {
    await rm(folder('in'), { recursive: true, force: true });
    await makeFolder(folder('source.mp4'), at, {
      done: 'reviewed',
      new: 'no tracks',
      broken: 'broken',
      'day/open': 'three doubts',
    });
    open = await openTestFolder(at, NAMES);
    page = await openList();
  });
  afterEach(async () => {
    await page.context().close();
    await open[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await browser.close();
  });

  async function openList(): Promise<Page> {
    const list = await (await browser.newContext()).newPage();
    list.setDefaultTimeout(60_000);
    await list.goto(open.url);
    await list.getByText(/to look at in/).waitFor();
    return list;
  }
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const rows = (): Promise<string[]> => page.locator('#files li:not([hidden]) a').allInnerTexts();
  const standing = (name: string) =>
    expect.poll(() => page.getByRole('link', { name }).locator('.standing').textContent(), {
      timeout: 60_000,
    });
  const focused = () => expect.poll(() => page.evaluate('document.activeElement.dataset.id ?? ""'));

  it('lists the files, those that need a person most first, and loads nothing from another host', async () => {
    const hosts = new Set<string>();
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.reload();
    await page.getByText('3 places to look at in 1 file').waitFor();
    const names = (await rows()).map((text) => /[\w/]+\.mp4/.exec(text)?.[0]);
    expect(names).toEqual(['broken.mp4', 'day/open.mp4', 'new.mp4', 'done.mp4']);
    await standing('broken.mp4').toMatch(/not a valid veil-tracks document/);
    await standing('open.mp4').toBe('3 to look at');
    await standing('new.mp4').toBe('not searched for faces yet');
    await standing('done.mp4').toBe('reviewed, not rendered yet');
    expect([...hosts]).toEqual([new URL(open.url).host]);
  });

  it('leads by keys into the review of a file and back to the list, which counts what is left', async () => {
    await focused().toBe('3');
    await press('ArrowDown', 'Enter');
    await page.locator('#picture[data-frame]').waitFor();
    expect(new URL(page.url()).pathname).toMatch(/\/4\/$/);
    await press('Tab', 'Enter');
    await page.getByText('2 places to look at').waitFor();
    await press('q');
    await standing('open.mp4').toBe('2 to look at');
    await focused().toBe('4');
    await press('Enter');
    await page.locator('#picture[data-frame]').waitFor();
    await press('Tab', 'Enter');
    await page.getByText('1 place to look at').waitFor();
    await press('Enter');
    await page.getByText('Everything reviewed').waitFor();
    await press('q');
    await standing('open.mp4').toBe('reviewed, not rendered yet');
    // The file just closed still needs a rendering, so it stays the next one.
    await focused().toBe('4');
    expect(await open.finish()).toMatchObject({ places: 0, unsearched: 1, broken: 1, unrendered: 2 });
    const tracks = await readFile(at('day/open.veil.tracks.json'), 'utf8');
    expect(tracks.match(/"reviewed":\s*true/g)).toHaveLength(3);
  });

  it('searches a file without tracks for faces, from its row or by a key, and shows what came of it', async () => {
    await page.getByRole('button', { name: 'Find the faces in new.mp4' }).click();
    await standing('new.mp4').toMatch(/to look at|not rendered/);
    expect(await page.getByRole('link', { name: 'new.mp4' }).locator('.faces').textContent()).toMatch(
      /\d+ face/,
    );
    expect(await page.getByRole('button', { name: 'Find the faces' }).count()).toBe(0);
    await press('d');
    await expect.poll(() => page.locator('#toast').textContent()).toContain('searched already');
  });

  it('opens a file that is being searched, and shows its review when the faces are found', async () => {
    await press('Shift+D');
    await page.getByRole('link', { name: 'new.mp4' }).click();
    await page.locator('#picture[data-frame]').waitFor();
    await expect.poll(() => page.locator('.person').count()).toBeGreaterThan(0);
  });

  it('says why a file can’t be reviewed, and leads back', async () => {
    await press('Home', 'Enter');
    await page.getByText('This file can’t be reviewed').waitFor();
    expect(await page.locator('#cover-text').textContent()).toMatch(/not a valid veil-tracks document/);
    await press('q');
    await standing('broken.mp4').toMatch(/not a valid veil-tracks document/);
  });

  it('filters by name and by what is left, and shows its keys', async () => {
    await press('/');
    await page.keyboard.type('day');
    await expect.poll(async () => (await rows()).length).toBe(1);
    await press('Enter');
    await focused().toBe('4');
    await page.getByText('Done', { exact: true }).click();
    await expect.poll(async () => (await rows()).length).toBe(0);
    await page.getByText('No file is in this list.').waitFor();
    await press('?');
    expect(await page.getByRole('dialog', { name: 'Keys' }).isVisible()).toBe(true);
  });

  it('ends with its button, and says so on every page', async () => {
    const second = await openList();
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await open.ended).toBe('closed');
    await open[Symbol.asyncDispose]();
    await second.getByText('Ended: everything that you decided is saved').waitFor();
    await second.context().close();
  });

  it.each([
    [820, 1180, 'light'],
    [420, 800, 'dark'],
  ] as const)('fits a screen of %i × %i', async (width, height, colorScheme) => {
    const small = await (await browser.newContext({ viewport: { width, height }, colorScheme })).newPage();
    await small.goto(open.url);
    await small.getByText(/to look at in/).waitFor();
    expect(await small.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await small.context().close();
  });
});
