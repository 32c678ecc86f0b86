import { expect, test } from 'vitest';
import { silentLogger } from '../../../src/logger.ts';
import { liveInputArgs } from '../../../src/source/live/input-args.ts';
import { openLiveSource } from '../../../src/source/live/open-live-source.ts';
import { CLOCK, CLOCK_PERIOD, clockCell } from '../../../src/source/live/test-picture.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { NotingListener } from '../../support/live-listener.ts';
import type { Frame } from '../../../src/frame/frame.ts';

/** The clock reading of a frame. */
function clockOf({ data, width, height }: Frame): number {
  const cell = clockCell({ width, height });
  const bit = (column: number, row: number): number => {
    const y = height - Math.round((CLOCK.rows - row - 0.5) * cell.height);
    return data[y * width + Math.round((column + 0.5) * cell.width)]! > 127 ? 1 : 0;
  };
  const columns = Array.from({ length: CLOCK.bits }, (_, column) => column);
  for (const column of columns) expect(bit(column, 0)).toBe(1 - bit(column, 1));
  return columns.reduce((sum, column) => 2 * sum + bit(column, 0), 0);
}

test.each(Object.entries(await ffmpegBuilds()))(
  'the test picture of %s shows when it was made',
  async (_, binaries) => {
    const wanted = { width: 320, height: 180, rate: 25 };
    await using source = await openLiveSource({
      ...{
        input: { kind: 'test' },
        args: liveInputArgs({ kind: 'test' }, wanted, null, { initialBurst: false }),
        binaries,
      },
      ...{ looks: [160], lookPace: { frames: 1 }, sound: true, logger: silentLogger },
    });
    expect(source.info.hasSound).toBe(true);
    const noted = new NotingListener();
    source.start(noted);
    await noted.until(({ frames }) => frames.length >= 30);
    const frames = noted.frames.slice(0, 30);
    const shown = frames.map(({ frame }) => clockOf(frame));
    for (const [index, { capturedAt }] of frames.entries()) {
      const late = (capturedAt - shown[index]! + 10 * CLOCK_PERIOD) % CLOCK_PERIOD;
      // The estimated capture time is at the earliest that of the first arrival, after it was made.
      expect(late).toBeLessThan(500);
    }
    expect(shown.at(-1)! - shown[0]!).toBeGreaterThan(1000);
  },
);
