import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readClock, takeReadings } from '../../scripts/live/clock-page.ts';
import { configSchema } from '../../src/config/schema.ts';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { silentLogger } from '../../src/logger.ts';
import type { LiveRun } from '../../src/pipeline/live/live-run.ts';
import { openLive } from '../../src/pipeline/live/open-live.ts';
import { openPreview } from '../../src/preview/preview.ts';
import { noBrowser, startBrowser, waitForFrames, waitForView } from '../support/browser.ts';
import { contrastOf, lumaOf } from '../support/luma-of.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { packetTimes } from '../support/written-video.ts';

const SIZE = { width: 640, height: 360 };
const DELAY = 300;

describe.skipIf(noBrowser !== null)(`a live run in the browser ${noBrowser ?? ''}`, () => {
  const at = temporaryFolder();
  let browser: Browser;
  let run: LiveRun | null = null;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterEach(async () => {
    await run?.close();
    run = null;
  });
  afterAll(async () => {
    await browser.close();
  });

  /** A run of the test picture, without people, and a page that shows it. */
  async function watch(record: string | null, withWebCodecs = true): Promise<Page> {
    let url = '';
    run = await openLive({
      input: { kind: 'test' },
      wanted: { ...SIZE, rate: 25 },
      config: configSchema.parse({
        ...{ detector: 'nobody', anonymizer: 'cpu', audio: 'drop', video: { preset: 'ultrafast' } },
      }),
      delay: DELAY,
      startsCovered: false,
      microphone: null,
      record: record === null ? null : { path: record, segment: null },
      publish: [],
      virtualCamera: null,
      openPreview: async (context) => {
        const preview = await openPreview({
          ...{ host: '127.0.0.1', port: 0, isExposed: false, cover: { shape: 'ellipse', padding: 0.2 } },
          ...{ ...context, control: context.run, status: () => context.run.status() },
        });
        ({ url } = preview);
        return preview;
      },
      logger: silentLogger,
      signal: new AbortController().signal,
      detectorProgram: new URL('../support/detector-programs/scripted.ts', import.meta.url),
    });
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    if (!withWebCodecs) await page.addInitScript('delete window.VideoDecoder');
    await page.goto(url);
    await waitForView(page, 'live');
    return page;
  }

  it.each([
    ['H.264', true],
    ['JPEG', false],
  ])('shows pictures (%s) the delay and little more after they were made, and says so', async (_, isH264) => {
    const page = await watch(null, isH264);
    await waitForFrames(page, 25);
    await readClock(page);
    const latencies: number[] = [];
    // A busy machine covers whole pictures for a while, which then show no clock.
    while (latencies.length < 10) {
      await waitForFrames(page, 30);
      latencies.push(...(await takeReadings(page)).latencies);
    }
    const [first, middle] = [0, 0.5].map((share) => quantile(latencies, share));
    // Rounding of each clock may cost a millisecond.
    expect(first).toBeGreaterThanOrEqual(DELAY - 2);
    // On a machine that is busy with other things, too.
    expect(middle).toBeLessThan(DELAY + 1000);
    // In a second without a picture it shows a dash; on a busy machine the latency varies.
    await expect
      .poll(async () => {
        await waitForFrames(page, 10);
        const said = Number(await page.locator('#latency').textContent());
        const recent = (await takeReadings(page)).latencies;
        return Math.min(...recent.map((latency) => Math.abs(latency - said)));
      })
      .toBeLessThan(300);
    await page.close();
  });

  it('starts and stops the recording, and what is covered by hand is covered in it too', async () => {
    const path = at('film.mp4');
    const { ffprobe, ffmpeg } = await findBinaries();
    const page = await watch(path);
    await waitForFrames(page, 10);
    await page.getByRole('button', { name: 'Stop recording' }).click();
    await expect.poll(() => run!.status().isRecording).toBe(false);
    await waitForFrames(page, 10);
    await page.keyboard.press('p');
    await waitForView(page, 'panic');
    await page.getByRole('button', { name: 'Record' }).click();
    await expect.poll(() => run!.status().isRecording).toBe(true);
    // Some frames were covered before the start.
    const before = run!.summary().causes.panic ?? 0;
    await expect.poll(() => (run!.summary().causes.panic ?? 0) - before).toBeGreaterThan(20);
    await page.getByRole('button', { name: 'Stop recording' }).click();
    await expect.poll(() => run!.status().isRecording).toBe(false);
    await page.close();
    // The encoder may still have frames to write.
    await run!.close();
    const { files } = run!.summary().outputs[0]!;
    expect(files).toEqual([path, at('film-002.mp4')]);
    for (const file of files) expect((await packetTimes(file, 'v:0', { ffprobe })).length).toBeGreaterThan(5);
    const lumas = await lumaOf(files[1]!, SIZE, { ffmpeg, ffprobe, notes: [] });
    for (const luma of lumas) expect(contrastOf(luma)).toBeLessThan(2);
  });
});

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)]!;
}
