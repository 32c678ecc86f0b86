/**
 * Reviews a clip as a person would, with real key presses in a real browser, and says what it took:
 * `tsx scripts/review-task.ts CLIP.mp4 [CLIP.truth.json]`. With known faces, every track that touches none of them is
 * dismissed; otherwise every doubt is marked as reviewed. Then a face is added by hand, and the file is rendered.
 */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { configSchema } from '../src/config/schema.ts';
import { readTracks } from '../src/documents/tracks-document.ts';
import { readTruth } from '../src/eval/truth.ts';
import { iou, type Box } from '../src/frame/box.ts';
import { silentLogger } from '../src/logger.ts';
import { detectFile } from '../src/pipeline/file/detect-file.ts';
import { openReview } from '../src/review/open-review.ts';
import { startBrowser } from '../test/support/browser.ts';

/** Of a track, in frames with known faces, so much must touch one (IoU of any row). */
const TOUCHES = 0.1;

const [, , clip, truthPath] = process.argv;
if (clip === undefined) throw new Error('Give a clip.');
const folder = await mkdtemp(join(tmpdir(), 'veil-task-'));
const input = join(folder, basename(clip));
await copyFile(clip, input);
const tracks = join(folder, 'tracks.json');
const config = configSchema.parse({});
await detectFile({ input, output: tracks, config });
const falseCovers = truthPath === undefined ? new Set<number>() : await coversOfNobody(truthPath);

const browser = await startBrowser();
const review = await openReview({
  ...{ input, tracks, config, by: 'script', logger: silentLogger, port: 0, idleMs: 3_600_000 },
  output: join(folder, `out${extname(clip)}`),
  reportPath: join(folder, 'report.json'),
  signal: new AbortController().signal,
});
let presses = 0;
try {
  const started = performance.now();
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(review.url);
  await page.locator('#picture[data-frame]').waitFor();
  const opened = performance.now() - started;
  const total = (await readTracks(tracks)).tracks.length;
  const dismissed = await goThrough(page);
  await press(page, 'n', 'Enter');
  await page.locator('.person[aria-selected=true]').waitFor();
  await press(page, 't');
  await page.locator('#toast:has-text("Tracked")').waitFor();
  const reviewed = performance.now() - started;
  await page.getByRole('button', { name: 'Render…' }).click();
  await press(page, 'Enter');
  await page.locator('#audit:not(:empty)').waitFor();
  console.log(
    JSON.stringify({
      clip: basename(clip),
      tracks: total,
      dismissed,
      presses,
      pressesPerTrack: round(presses / total),
      openSeconds: round(opened / 1000),
      reviewSeconds: round(reviewed / 1000),
      renderedSeconds: round((performance.now() - started) / 1000),
      audit: await page.locator('#audit').textContent(),
      left: review.status(),
    }),
  );
} finally {
  await browser.close();
  await review[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

/** Goes down the list of people: X for false covers, then Enter for the rest of the review. */
async function goThrough(page: Page): Promise<number> {
  let dismissed = 0;
  for (const id of falseCovers) {
    // Selects it through the filter, where a user would click on it in the list.
    await press(page, '/');
    await page.keyboard.type(`#${id} `);
    presses += 1;
    await press(page, 'Escape', 'Control+a', 'x');
    dismissed += 1;
  }
  await press(page, '/');
  await page.locator('#filter').fill('');
  await press(page, 'Escape', 'Tab');
  while ((await page.locator('#status').textContent())?.includes('to look at') === true) {
    const before = review.status().openDoubts;
    await press(page, 'Enter');
    while (review.status().openDoubts === before) await page.waitForTimeout(5);
    await page.evaluate('new Promise(requestAnimationFrame)');
  }
  return dismissed;
}

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key);
    presses += 1;
  }
}

/** Ids of tracks that touch no known face in any frame in which faces are known. */
async function coversOfNobody(path: string): Promise<Set<number>> {
  const known = new Map<number, Box[]>();
  for (const [frame, x, y, width, height] of (await readTruth(path)).tracks.flatMap(({ boxes }) => boxes)) {
    known.set(frame, [...(known.get(frame) ?? []), { x, y, width, height }]);
  }
  const isSomebody = (row: readonly number[]): boolean => {
    const [frame, x, y, width, height] = row as [number, number, number, number, number];
    return (known.get(frame) ?? []).some((face) => iou(face, { x, y, width, height }) > TOUCHES);
  };
  const document = await readTracks(tracks);
  const falseTracks = document.tracks.filter(
    ({ boxes = [] }) => boxes.some(([frame]) => known.has(frame!)) && !boxes.some(isSomebody),
  );
  return new Set(falseTracks.map(({ id }) => id));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
