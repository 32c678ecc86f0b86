/**
 * Takes the pictures of docs/preview.md from a live run over drawn people: `tsx scripts/preview-pictures.ts`. Needs
 * Chromium (`CHROMIUM_PATH`) and a machine with little else to do.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { capture } from '../src/ffmpeg/process.ts';
import { startBrowser } from '../test/support/browser.ts';
import { LiveProgram } from './live/live-program.ts';
import { makeCrowdClip } from './readme-picture.ts';

const SIZE = { width: 1180, height: 780 } as const;
/** Seconds that the page is open before its picture is taken, so that the graph has something to show. */
const WARM_UP = 20;

const folder = await mkdtemp(join(tmpdir(), 'veil-preview-'));
const browser = await startBrowser();
const program = new LiveProgram([
  ...[await longClip(), '--realtime', '--preview', '0', '--record', join(folder, 'recording.mp4')],
  // The pictures show the page, not how fast this machine is.
  ...['--delay', '1000', '--look-sizes', '512', '--look-interval', '6'],
]);
try {
  const url = await program.url();
  const live = await openPage(browser, url, 'light');
  await live.waitForTimeout(1000 * WARM_UP);
  await live.waitForSelector('#pill:has-text("Live")', { timeout: 60_000 });
  await take(live, 'preview-light.png');
  await live.close();

  const covered = await openPage(browser, url, 'dark');
  await covered.waitForTimeout(500 * WARM_UP);
  await covered.click('#panic');
  await covered.waitForTimeout(3000);
  await take(covered, 'preview-dark.png');
} finally {
  await browser.close();
  await program.stop();
  await rm(folder, { recursive: true });
}

/** The drawn clip, a minute of it. */
async function longClip(): Promise<string> {
  const { before } = await makeCrowdClip(folder);
  const { ffmpeg } = await findBinaries();
  const path = join(folder, 'minute.mp4');
  await capture(ffmpeg.path, ['-v', 'error', '-stream_loop', '30', '-i', before, '-c', 'copy', path]);
  return path;
}

async function openPage(from: Browser, url: string, colorScheme: 'light' | 'dark'): Promise<Page> {
  const context = await from.newContext({ colorScheme, viewport: SIZE });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function take(page: Page, name: string): Promise<void> {
  const path = join(import.meta.dirname, '../docs', name);
  const { size } = await sharp(await page.screenshot())
    .png({ palette: true, colours: 128, compressionLevel: 9, effort: 10 })
    .toFile(path);
  console.log(`wrote ${path}, ${Math.round(size / 1024)} KiB`);
}
