import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { checksum, colorAt, noBrowser, waitForFrames, waitForView } from '../support/browser.ts';
import { PreviewRun } from '../support/preview-run.ts';
import { openTestPreview } from '../support/open-preview.ts';
import { watchedPreview } from '../support/watched-preview.ts';

describe.skipIf(noBrowser !== null)(`the picture in the browser ${noBrowser ?? ''}`, () => {
  const here = watchedPreview();

  it.each([
    ['H.264', true, 'h264'],
    ['JPEG, where there are no WebCodecs,', false, 'jpeg'],
  ])('shows pictures that change, as %s', async (_name, withWebCodecs, codec) => {
    const page = await here.openLive({ withoutWebCodecs: !withWebCodecs });
    expect(await page.locator('#picture').getAttribute('data-codec')).toBe(codec);
    const first = await checksum(page);
    await waitForFrames(page, 10);
    expect(await checksum(page)).not.toBe(first);
    // In a second without a picture it shows a dash.
    await expect.poll(() => latencyOf(page)).toSatisfy((ms: number) => ms > 0 && ms < 2_000);
    await expect.poll(() => page.locator('#faces').textContent()).toBe('2');
  });

  it.each([
    ['bt709', true, [63, 102, 240]],
    ['bt709', false, [63, 102, 240]],
    ['smpte170m', true, [81, 90, 240]],
    ['smpte170m', false, [81, 90, 240]],
  ] as const)('shows red of %s as red (H.264: %s)', async (space, withWebCodecs, [y, u, v]) => {
    const { ffmpeg } = await findBinaries();
    const filter = `geq=lum=${y}:cb=${u}:cr=${v}`;
    const red = await PreviewRun.start({ ffmpeg: ffmpeg.path, filter, faces: 0 });
    const shown = await openTestPreview(red, { color: { range: 'tv', space } });
    const page = await here.openLive({ url: shown.url, withoutWebCodecs: !withWebCodecs });
    expect(await colorAt(page, 0.5, 0.5)).toEqual([255, 0, 0].map(near));
    await shown.close();
    await red.stop();
  });

  it('falls back to JPEG when H.264 does not decode', async () => {
    const script = 'VideoDecoder.prototype.decode = function () { throw new Error("no"); }';
    const page = await here.openLive({ script });
    expect(await page.locator('#picture').getAttribute('data-codec')).toBe('jpeg');
  });

  it('outlines what is covered', async () => {
    const { ffmpeg } = await findBinaries();
    // A grey picture, so that everything yellow is an outline.
    const grey = await PreviewRun.start({ ffmpeg: ffmpeg.path, filter: 'hue=s=0' });
    const shown = await openTestPreview(grey);
    const page = await here.openLive({ url: shown.url });
    const yellows = (): Promise<number> =>
      countOf(page, (r, g, b) => r > 220 && g > 180 && g < 240 && b < 120);
    expect(await yellows()).toBe(0);
    await page.getByText('Outline what is covered').click();
    await waitForFrames(page, 3);
    expect(await yellows()).toBeGreaterThan(100);
    await shown.close();
    await grey.stop();
  });

  it('gives others their pictures while one page is stalled', async () => {
    const stalled = await here.open();
    const others = [await here.openLive(), await here.openLive({ withoutWebCodecs: true })];
    await waitForView(stalled, 'live');
    // Its scripts are paused, so it acknowledges nothing.
    const debuggers = await stalled.context().newCDPSession(stalled);
    await debuggers.send('Debugger.enable');
    await debuggers.send('Debugger.pause');
    const before = here.preview.dropped;
    await Promise.all(others.map((page) => waitForFrames(page, 45)));
    expect(here.preview.dropped - before).toBeGreaterThan(20);
    await debuggers.send('Debugger.resume');
    await debuggers.detach();
    await waitForView(stalled, 'live');
    await waitForFrames(stalled, 10);
  });

  it('shows no picture rather than an old one when none comes', async () => {
    const page = await here.openLive();
    here.run.removeOutput(here.preview);
    await waitForView(page, 'waiting');
    expect(await page.locator('#picture').isVisible()).toBe(false);
    here.run.addOutput(here.preview);
    await waitForView(page, 'live');
  });

  it('asks for nothing while it is hidden', async () => {
    const page = await here.open({ url: 'about:blank' });
    const pictures: number[] = [];
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (typeof payload !== 'string') pictures.push(performance.now());
      }),
    );
    await page.goto(here.preview.url);
    await waitForView(page, 'live');
    const hiddenAt = performance.now();
    await page.evaluate(`(() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    })()`);
    await waitForView(page, 'waiting');
    expect(pictures.length).toBeGreaterThan(0);
    expect(pictures.filter((at) => at > hiddenAt + 1_000)).toEqual([]);
    await page.evaluate(`(() => {
      delete document.hidden;
      document.dispatchEvent(new Event('visibilitychange'));
    })()`);
    await waitForView(page, 'live');
  });
});

async function latencyOf(page: Page): Promise<number> {
  return Number(await page.locator('#latency').textContent());
}

function near(value: number): unknown {
  return expect.toSatisfy((given: number) => Math.abs(given - value) < 12);
}

/** Counts pixels of the picture. */
async function countOf(page: Page, isOne: (r: number, g: number, b: number) => boolean): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('#picture');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const isOne = ${isOne.toString()};
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (isOne(data[at], data[at + 1], data[at + 2])) count += 1;
    return count;
  })()`);
}
