import { readdir } from 'node:fs/promises';
import { encodingFor } from '../../src/config/encoding.ts';
import { configSchema, type ConfigInput } from '../../src/config/schema.ts';
import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import type { LiveFrame } from '../../src/frame/live-output.ts';
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

/** Nothing is known but the range. */
const NO_COLOR = { range: 'tv', space: null, primaries: null, transfer: null };

/** H.264, as fast as it goes, unless told otherwise. */
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

/** A covered frame of one grey, at this time, seconds. */
export function liveFrame(index: number, time: number): LiveFrame {
  const frame = greyFrame(index, Math.round(time * 1_000_000), LIVE_VIDEO);
  return { frame, boxes: null, capturedAt: time * 1000 };
}

/** Keeps what is said. */
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

/** Names in a folder, in order. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort();
}
