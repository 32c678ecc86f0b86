/**
 * One run in a process of its own, so that its memory and its start are its own: prints a JSON line.
 * Arguments: input, output, JSON of config.
 */
import { resolveConfig } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import { anonymizeFile } from '../../src/pipeline/file/anonymize-file.ts';

/** What one run took. */
export interface Measured {
  readonly frames: number;
  /** Seconds from the start of the process to the first frame that was written. */
  readonly firstFrame: number;
  /** Seconds of the whole process. */
  readonly seconds: number;
  /** Largest resident memory of this process, MB; ffmpeg's is not in it. */
  readonly peakMb: number;
  /** Mean resident memory around frames 500 and 3,000, MB, or null for shorter runs. */
  readonly at500Mb: number | null;
  readonly at3000Mb: number | null;
}

const [input, output, config] = process.argv.slice(2) as [string, string, string];
const around = { 500: [] as number[], 3000: [] as number[] };
let firstFrame = 0;
let peak = 0;
const { frames } = await anonymizeFile({
  input,
  output,
  config: resolveConfig(JSON.parse(config) as ConfigInput),
  reportPath: null,
  onProgress: ({ framesDone }) => {
    if (firstFrame === 0) firstFrame = process.uptime();
    const rss = process.memoryUsage.rss() / 1e6;
    peak = Math.max(peak, rss);
    if (Math.abs(framesDone - 500) <= 100) around[500].push(rss);
    if (Math.abs(framesDone - 3000) <= 100) around[3000].push(rss);
  },
});
const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
const measured: Measured = {
  frames,
  firstFrame,
  seconds: process.uptime(),
  peakMb: peak,
  at500Mb: mean(around[500]),
  at3000Mb: mean(around[3000]),
};
console.log(JSON.stringify(measured));
