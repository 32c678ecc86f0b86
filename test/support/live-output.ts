import { readdir } from 'node:fs/promises';
import { encodingFor } from '../../src/config/encoding.ts';
import { configSchema, type ConfigInput } from '../../src/config/schema.ts';
import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import type { LiveFrame, LiveOutput } from '../../src/frame/live-output.ts';
import type { Logger } from '../../src/logger.ts';
import { encoderSupportOf, videoEncoderFor } from '../../src/sink/encoder-support.ts';
import type { LiveEncoding } from '../../src/sink/live/live-encode-args.ts';
import { greyFrame } from './written-video.ts';

export const LIVE_VIDEO = {
  width: 64,
  height: 48,
  timeBase: { num: 1, den: 1_000_000 },
  nominalRate: { num: 25, den: 1 },
} as const;

/** Only the range is known. */
const NO_COLOR = { range: 'tv', space: null, primaries: null, transfer: null };

/** H.264 with the fastest preset by default. */
export async function liveEncoding(
  { ffmpeg }: Pick<Binaries, 'ffmpeg'>,
  options: ConfigInput['video'] = {},
): Promise<LiveEncoding> {
  const { video } = configSchema.parse({ video: { preset: 'ultrafast', ...options } });
  const support = await encoderSupportOf(ffmpeg.path);
  const encoding = encodingFor(video, 'any.mp4');
  return {
    encoder: videoEncoderFor(encoding.codec, support),
    encoding,
    support,
    color: NO_COLOR,
    hasSound: false,
  };
}

/** A covered frame in one grey, at this time, seconds. */
export function liveFrame(index: number, time: number): LiveFrame {
  const frame = greyFrame(index, Math.round(time * 1_000_000), LIVE_VIDEO);
  return { frame, boxes: null, capturedAt: time * 1000 };
}

/** Records messages. */
export function notingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const note = (line: string): void => {
    lines.push(line);
  };
  return { lines, debug: note, info: note, warn: note };
}

/** Process ids of the children of this process whose arguments contain a text. */
export async function childrenWith(text: string): Promise<number[]> {
  const { stdout } = await capture('ps', ['-o', 'pid=,ppid=,args=', '-e', '-ww']);
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null && Number(match[2]) === process.pid && match[3]!.includes(text))
    .map((match) => Number(match![1]));
}

/** Names in a folder, sorted. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort();
}

/** Lets processes continue between two frames, as in a live run. */
function aMoment(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Writes frames one after another until a condition is met. */
export async function writeUntil(
  output: Pick<LiveOutput, 'write'>,
  hasHappened: () => boolean | Promise<boolean>,
  firstIndex = 0,
): Promise<void> {
  for (let index = firstIndex; !(await hasHappened()); index += 1) {
    output.write(liveFrame(index, index / 25));
    await aMoment(10);
  }
}

/** Writes frames at these times as fast as they are accepted. */
export async function writeAll(output: Pick<LiveOutput, 'write'>, times: readonly number[]): Promise<void> {
  for (const [index, time] of times.entries()) {
    output.write(liveFrame(index, time));
    if (index % 10 === 9) await aMoment(1);
  }
}
