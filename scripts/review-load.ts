/**
 * Opens a review of a long video with many tracks, and says how long it takes and what it holds:
 * `tsx scripts/review-load.ts [minutes] [tracks]` (10 minutes of 720p and 500 tracks unless told otherwise).
 */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { configSchema } from '../src/config/schema.ts';
import { COLUMNS, ORIGINS } from '../src/documents/track-record.ts';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { capture } from '../src/ffmpeg/process.ts';
import { silentLogger } from '../src/logger.ts';
import { openSource } from '../src/pipeline/file/open-source.ts';
import { openReview } from '../src/review/open-review.ts';
import { startBrowser } from '../test/support/browser.ts';

const [minutes = 10, tracks = 500] = process.argv.slice(2).map(Number);
const RATE = 25;
const FRAMES = minutes * 60 * RATE;
const SEEKS = 60;
const SIZE = { width: 1280, height: 720 };

const folder = await mkdtemp(join(tmpdir(), 'veil-load-'));
const input = join(folder, 'long.mp4');
const tracksPath = join(folder, 'long.veil.tracks.json');
const browser = await startBrowser();
try {
  await makeVideo();
  await makeTracks();
  await using review = await openReview({
    ...{
      input,
      tracks: tracksPath,
      output: join(folder, 'out.mp4'),
      reportPath: null,
      by: 'script',
      port: 0,
    },
    ...{ config: configSchema.parse({}), logger: silentLogger, idleMs: 3_600_000 },
    signal: new AbortController().signal,
  });
  const started = performance.now();
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(600_000);
  await page.goto(review.url);
  await page.locator('#picture[data-frame]').waitFor();
  const opened = performance.now() - started;
  await page.locator('#reading:has-text("fps")').waitFor();
  const read = performance.now() - started;

  const seeks = await page.evaluate<number[]>(`(async () => {
    const times = [];
    for (let i = 0; i < ${SEEKS}; i += 1) {
      const frame = Math.floor((((i * 0.618) % 1) + 0.001) * ${FRAMES - 1});
      const at = performance.now();
      const response = await fetch('covered/' + frame);
      await createImageBitmap(await response.blob());
      times.push(performance.now() - at);
    }
    return times.sort((a, b) => a - b);
  })()`);

  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  await sleep(2000);
  const played = await page.evaluate<number>(`new Promise((resolve) => {
    const picture = document.querySelector('#picture');
    let shown = 0;
    const observer = new MutationObserver(() => (shown += 1));
    observer.observe(picture, { attributeFilter: ['data-frame'] });
    setTimeout(() => resolve(shown / 5), 5000);
  })`);
  const memory = await page.evaluate<number>('performance.memory.usedJSHeapSize');
  console.log(
    JSON.stringify({
      ...{ minutes, tracks, frames: FRAMES, bytes: (await stat(input)).size },
      openSeconds: round(opened / 1000),
      readSeconds: round(read / 1000),
      seekMs: { median: round(seeks[SEEKS / 2]!), p95: round(seeks[Math.floor(SEEKS * 0.95)]!) },
      playedFps: round(played),
      pageMiB: round(memory / 1024 ** 2),
      serverMiB: round(process.memoryUsage().rss / 1024 ** 2),
    }),
  );
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}

async function makeVideo(): Promise<void> {
  const { ffmpeg } = await findBinaries();
  const picture = `testsrc2=size=${SIZE.width}x${SIZE.height}:rate=${RATE}:duration=${minutes * 60}`;
  const sound = `sine=frequency=300:duration=${minutes * 60}`;
  const { code, stderr } = await capture(
    ffmpeg.path,
    [
      ...['-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound],
      ...[
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-pix_fmt',
        'yuv420p',
        '-c:a',
        'aac',
        '-shortest',
        input,
      ],
    ],
    { timeoutMs: 3_600_000 },
  );
  if (code !== 0) throw new Error(stderr);
}

async function makeTracks(): Promise<void> {
  await using source = await openSource({ input, look: { interval: 1, sizes: [] } });
  const { num, den } = source.info.timeBase;
  const all = Array.from({ length: tracks }, (_, index) => {
    const first = Math.floor((index / tracks) * (FRAMES - 300));
    const rows = Array.from({ length: 100 + (index % 200) }, (_, step) => [
      ...[first + step, 50 + ((index * 37) % 1000) + step, 60 + ((index * 53) % 500), 60, 76],
      step % 6 === 0 ? 0 : 1,
    ]);
    return { id: index + 1, score: 0.3 + (index % 7) / 10, detections: 10, boxes: rows };
  });
  const doubts = all
    .filter(({ id }) => id % 3 === 0)
    .map(({ id, boxes }) => ({
      ...{
        trackId: id,
        reason: 'ended-in-open',
        firstFrame: boxes.at(-1)![0]!,
        lastFrame: boxes.at(-1)![0]! + 20,
      },
    }));
  await writeFile(
    tracksPath,
    JSON.stringify({
      format: 'veil-tracks/1',
      input: {
        ...{ name: 'long.mp4', bytes: (await stat(input)).size, ...SIZE, frames: FRAMES },
        ...{ timeBase: `${num}/${den}`, start: null, end: null },
      },
      ...{ detector: 'crowd: made up', looks: 0, origins: ORIGINS, columns: COLUMNS },
      ...{ tracks: all, uncertain: doubts },
    }),
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
