import { stat, writeFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { configSchema } from '../../src/config/schema.ts';
import type { TracksInput } from '../../src/documents/tracks-document.ts';
import { COLUMNS, ORIGINS } from '../../src/documents/track-record.ts';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { silentLogger } from '../../src/logger.ts';
import { openSource } from '../../src/pipeline/file/open-source.ts';
import { openReview, type OpenReview } from '../../src/review/open-review.ts';
import { makePhotoClip } from './photo-clip.ts';

/** Frames of the clip. */
export const FRAMES = 40;
export const SIZE = { width: 640, height: 360 };

/** A clip of a group of people, a second and a half long. */
export async function makeReviewClip(path: string): Promise<void> {
  const { ffmpeg } = await findBinaries();
  await makePhotoClip(ffmpeg.path, path, { seconds: FRAMES / 25, sound: true });
}

/** Rows of a box that moves to the right, in these frames. */
export function moving(first: number, last: number, x: number, y: number, side = 50): number[][] {
  return Array.from({ length: last - first + 1 }, (_, step) => [
    ...[first + step, x + step, y, side, side * 1.25],
    step % 5 === 0 ? 0 : 1,
  ]);
}

/** Tracks of four heads, with three doubts. */
export async function writeReviewTracks(path: string, input: string): Promise<void> {
  await using source = await openSource({ input, look: { interval: 1, sizes: [] } });
  const { num, den } = source.info.timeBase;
  const document: TracksInput = {
    format: 'veil-tracks/1',
    input: {
      ...{ name: 'clip.mp4', bytes: (await stat(input)).size, ...SIZE, frames: FRAMES },
      ...{ timeBase: `${num}/${den}`, start: null, end: null },
    },
    ...{ detector: 'crowd: test', looks: 8, origins: [...ORIGINS], columns: [...COLUMNS] },
    tracks: [
      { id: 1, score: 0.9, detections: 8, boxes: moving(0, 39, 60, 60) },
      { id: 2, score: 0.5, detections: 3, boxes: moving(5, 20, 260, 200, 40) },
      { id: 3, score: 0.4, detections: 1, boxes: moving(10, 12, 500, 40, 30) },
      { id: 4, score: 0.8, detections: 4, boxes: moving(22, 39, 300, 200, 40) },
    ],
    uncertain: [
      { trackId: 2, reason: 'ended-in-open', firstFrame: 16, lastFrame: 25, risk: 0.6 },
      { trackId: 3, reason: 'seen-once', firstFrame: 10, lastFrame: 12, risk: 0.2 },
      { trackId: 4, reason: 'started-in-open', firstFrame: 18, lastFrame: 24, risk: 0.4 },
    ],
  };
  await writeFile(path, JSON.stringify(document));
}

/** An open review, with access for tests. */
export interface TestReview extends OpenReview {
  readonly output: string;
  readonly tracks: string;
}

/** Opens a review of a clip or photo, with its tracks beside it. */
export async function openTestReview(input: string, idleMs = 600_000): Promise<TestReview> {
  const at = (ending: string): string => input.replace(/\.[^.]+$/, ending);
  const isPhoto = input.endsWith('.jpg');
  const [tracks, output] = [at('.veil.tracks.json'), at(isPhoto ? '.veil.jpg' : '.veil.mp4')];
  const reportPath = isPhoto ? null : at('.veil.report.json');
  const config = configSchema.parse({ anonymizer: 'cpu', video: { preset: 'ultrafast' } });
  const review = await openReview({
    ...{ input, tracks, output, reportPath, config, by: 'Ada', port: 0, idleMs },
    ...{ logger: silentLogger, signal: new AbortController().signal },
  });
  return Object.assign(review, { output, tracks });
}

/** Opens the page of a review, and waits for its picture. */
export async function openReviewPage(
  browser: Browser,
  { url }: Pick<OpenReview, 'url'>,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  await page.locator('#picture[data-frame]').waitFor();
  return page;
}

/** Colour of the picture at a place, in pixels of the video. */
export function pixelAt(page: Page, x: number, y: number): Promise<number[]> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('#picture');
    const scale = Math.min(canvas.width / ${SIZE.width}, canvas.height / ${SIZE.height});
    const left = canvas.width / 2 + (${x} - ${SIZE.width / 2}) * scale;
    const top = canvas.height / 2 + (${y} - ${SIZE.height / 2}) * scale;
    return [...canvas.getContext('2d').getImageData(left, top, 1, 1).data].slice(0, 3);
  })()`);
}

/** Position of a place of the video on the page. */
export async function pointAt(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  const box = (await page.locator('#picture').boundingBox())!;
  const scale = Math.min(box.width / SIZE.width, box.height / SIZE.height);
  return {
    x: box.x + box.width / 2 + (x - SIZE.width / 2) * scale,
    y: box.y + box.height / 2 + (y - SIZE.height / 2) * scale,
  };
}
