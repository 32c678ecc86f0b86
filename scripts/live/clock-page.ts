import type { Page } from 'playwright-core';
import { CLOCK, CLOCK_PERIOD, clockCell } from '../../src/source/live/test-picture.ts';

/** Readings of the test picture's clock in a page since the last call. */
export interface ClockReadings {
  /** Milliseconds from when a picture was made until it was drawn, of each picture that showed the clock. */
  readonly latencies: readonly number[];
  /** Pictures that were drawn. */
  readonly drawn: number;
}

/** Has a page read the clock of every picture that it draws from now on. */
export async function readClock(page: Page): Promise<void> {
  const size = { width: 1280, height: 720 };
  const cell = clockCell(size);
  const share = { width: (CLOCK.bits * cell.width) / size.width, height: (2 * cell.height) / size.height };
  await page.evaluate(`(() => {
    const picture = document.querySelector('#picture');
    // One pixel for each cell: its middle.
    const small = new OffscreenCanvas(${CLOCK.bits}, 2);
    const context = small.getContext('2d', { willReadFrequently: true });
    context.imageSmoothingEnabled = false;
    globalThis.clock = { latencies: [], drawn: 0 };
    new MutationObserver(() => {
      const { width, height } = picture;
      const [w, h] = [width * ${share.width}, height * ${share.height}];
      context.drawImage(picture, 0, height - h, w, h, 0, 0, ${CLOCK.bits}, 2);
      const { data } = context.getImageData(0, 0, ${CLOCK.bits}, 2);
      const luma = (column, row) => data[4 * (row * ${CLOCK.bits} + column)];
      const columns = Array.from({ length: ${CLOCK.bits} }, (_, column) => column);
      globalThis.clock.drawn += 1;
      const bits = columns.map((column) => luma(column, 0) - luma(column, 1));
      // Covered, in part or as a whole, or not there: its second row would be the first inverted.
      if (bits.some((bit) => Math.abs(bit) < 128)) return;
      const shown = bits.reduce((sum, bit) => 2 * sum + (bit > 0 ? 1 : 0), 0);
      const now = Date.now() % ${CLOCK_PERIOD};
      globalThis.clock.latencies.push((now - shown + ${CLOCK_PERIOD}) % ${CLOCK_PERIOD});
    }).observe(picture, { attributes: true, attributeFilter: ['data-frames'] });
  })()`);
}

/** The readings since the last call. */
export function takeReadings(page: Page): Promise<ClockReadings> {
  return page.evaluate(`(() => {
    const taken = globalThis.clock;
    globalThis.clock = { latencies: [], drawn: 0 };
    return taken;
  })()`);
}
