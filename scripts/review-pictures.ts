/**
 * Takes the pictures of docs/review.md from a review of drawn people: `tsx scripts/review-pictures.ts`. Needs Chromium
 * (`CHROMIUM_PATH`).
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { configSchema } from '../src/config/schema.ts';
import { COLUMNS, ORIGINS } from '../src/documents/track-record.ts';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { startFfmpeg } from '../src/ffmpeg/process.ts';
import { silentLogger } from '../src/logger.ts';
import { openSource } from '../src/pipeline/file/open-source.ts';
import { openFolder } from '../src/review/open-folder.ts';
import { openReview } from '../src/review/open-review.ts';
import { startBrowser } from '../test/support/browser.ts';
import { drawCrowd, type DrawnCrowd } from './drawn-crowd.ts';

const VIDEO = { width: 1280, height: 720 };
const FRAMES = 60;
const RATE = 25;
const PAGE = { width: 1440, height: 900 };

const folder = await mkdtemp(join(tmpdir(), 'veil-review-'));
const input = join(folder, 'street.mp4');
const tracks = join(folder, 'street.veil.tracks.json');
const crowds = Array.from({ length: FRAMES }, (_, i) => drawCrowd(VIDEO.width, VIDEO.height, i / FRAMES));
await encode(crowds);
await writeTracks(crowds);
const browser = await startBrowser();
const review = await openReview({
  ...{ input, tracks, output: join(folder, 'street.veil.mp4'), reportPath: null, by: 'Ada', port: 0 },
  ...{ config: configSchema.parse({ anonymizer: 'cpu' }), logger: silentLogger, idleMs: 3_600_000 },
  signal: new AbortController().signal,
});
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await (await browser.newContext({ colorScheme, viewport: PAGE })).newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(review.url);
    await page.locator('#picture[data-frame]').waitFor();
    await page.locator('#reading:has-text("fps")').waitFor();
    await page.keyboard.press('Tab');
    await page.locator('.person[aria-selected=true]').waitFor();
    await page.waitForTimeout(3000);
    await take(page, `review-${colorScheme}.png`);
    await page.context().close();
  }
  await takeList();
} finally {
  await browser.close();
  await review[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

/** A folder in which some files are done, and some are not. */
async function takeList(): Promise<void> {
  const document = JSON.parse(await readFile(tracks, 'utf8')) as { readonly uncertain: readonly object[] };
  const files = await Promise.all(
    Object.entries({ 'march-1': 4, 'march-2': 1, 'square/evening': null, 'square/noon': 0, speech: -1 }).map(
      async ([name, doubts]) => {
        const at = (ending: string): string => join(folder, 'day', `${name}${ending}`);
        await mkdir(dirname(at('')), { recursive: true });
        await copyFile(input, at('.mp4'));
        if (doubts !== null) {
          const uncertain = document.uncertain.map((span, i) => ({ ...span, reviewed: i >= doubts }));
          await writeFile(
            at('.veil.tracks.json'),
            JSON.stringify({ ...document, format: 'veil-tracks/2', uncertain }),
          );
        }
        if (doubts === -1) await copyFile(input, at('.veil.mp4'));
        const paths = { input: at('.mp4'), tracks: at('.veil.tracks.json'), output: at('.veil.mp4') };
        return { ...paths, name: `${name}.mp4`, reportPath: null };
      },
    ),
  );
  await using open = await openFolder({
    ...{ name: 'day', files, problems: [], by: 'Ada', port: 0, idleMs: 3_600_000, logger: silentLogger },
    ...{ config: configSchema.parse({}), signal: new AbortController().signal },
  });
  const context = await browser.newContext({ colorScheme: 'light', viewport: { width: 1040, height: 420 } });
  const page = await context.newPage();
  await page.goto(open.url);
  await page.getByText(/to look at in/).waitFor();
  await take(page, 'review-folder.png');
}

async function encode(pictures: readonly DrawnCrowd[]): Promise<void> {
  const { ffmpeg } = await findBinaries();
  const encoder = startFfmpeg(
    ffmpeg.path,
    [
      ...['-v', 'error', '-f', 'image2pipe', '-c:v', 'png', '-framerate', `${RATE}`, '-i', 'pipe:0'],
      ...['-f', 'lavfi', '-i', "aevalsrc='0.4*sin(600*t)*sin(9*t)*sin(2*t)':s=48000", '-shortest'],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', input],
    ],
    { stdin: true },
  );
  for (const { svg } of pictures) encoder.stdin?.write(await sharp(Buffer.from(svg)).png().toBuffer());
  encoder.stdin?.end();
  const { code, stderr } = await encoder.exited;
  if (code !== 0) throw new Error(stderr);
}

/** The drawn faces as tracks, some of them in doubt, and two covers of nothing. */
async function writeTracks(pictures: readonly DrawnCrowd[]): Promise<void> {
  await using source = await openSource({ input, look: { interval: 1, sizes: [] } });
  const { num, den } = source.info.timeBase;
  const people = pictures[0]!.faces.map((_, person) => {
    const [first, last] = [(person * 7) % 20, FRAMES - 1 - ((person * 11) % 24)];
    const boxes = pictures.slice(first, last + 1).map(({ faces }, step) => {
      const { x, y, width, height } = faces[person]!;
      return [first + step, x, y, width, height, step % 6 === 0 ? 0 : 1];
    });
    return { id: person + 1, score: 0.55 + ((person * 3) % 5) / 12, detections: 9, boxes };
  });
  const nothing = [
    { id: 10, score: 0.31, detections: 2, boxes: still(8, 30, 400, 90, 60) },
    { id: 11, score: 0.27, detections: 1, boxes: still(34, 46, 960, 520, 80) },
  ];
  const doubt = (trackId: number, reason: string, first: number, last: number, risk: number): object => {
    const frames = { firstFrame: first, lastFrame: last, from: first / RATE, to: last / RATE };
    return { trackId, reason, ...frames, risk };
  };
  const document = {
    format: 'veil-tracks/1',
    input: {
      ...{ name: 'street.mp4', bytes: (await stat(input)).size, ...VIDEO, frames: FRAMES },
      ...{ timeBase: `${num}/${den}`, start: null, end: null },
    },
    ...{ detector: 'crowd: drawn', looks: 10, origins: ORIGINS, columns: COLUMNS },
    tracks: [...people, ...nothing],
    uncertain: [
      doubt(10, 'long-gap', 12, 28, 0.5),
      doubt(3, 'ended-in-open', 36, 50, 0.4),
      doubt(6, 'started-in-open', 0, 16, 0.3),
      doubt(11, 'seen-once', 34, 46, 0.1),
    ],
  };
  await writeFile(tracks, JSON.stringify(document));
}

function still(first: number, last: number, x: number, y: number, side: number): number[][] {
  return Array.from({ length: last - first + 1 }, (_, step) => [
    ...[first + step, x, y, side, side * 1.2],
    step % 9 === 0 ? 0 : 2,
  ]);
}

async function take(page: Page, name: string): Promise<void> {
  const path = join(import.meta.dirname, '../docs', name);
  const { size } = await sharp(await page.screenshot())
    .png({ palette: true, colours: 128, compressionLevel: 9, effort: 10 })
    .toFile(path);
  console.log(`wrote ${path}, ${Math.round(size / 1024)} KiB`);
}
