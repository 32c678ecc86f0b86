import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodingFor } from '../../src/config/encoding.ts';
import { configSchema, type ConfigInput } from '../../src/config/schema.ts';
import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { frameBytes, ticksToSeconds, type AnonymizedFrame, type Rational } from '../../src/frame/frame.ts';
import { silentLogger } from '../../src/logger.ts';
import { openFileSink, type FileSink } from '../../src/sink/file/file-sink.ts';
import type { FileSinkOptions } from '../../src/sink/file/plan-file.ts';

/** A video that a test writes: by default grey and without audio. */
export interface WrittenVideo {
  readonly binaries: Binaries;
  /** The original, which is a real file. */
  readonly input: string;
  readonly output: string;
  /** Presentation times in ticks. */
  readonly ticks: readonly number[];
  readonly timeBase: Rational;
  readonly width?: number;
  readonly height?: number;
  readonly sampleAspectRatio?: Rational;
  readonly options?: ConfigInput;
  readonly signal?: AbortSignal;
}

/** The only place where tests create anonymized frames without an anonymizer. */
export function coveredFrame(
  facts: Pick<AnonymizedFrame, 'index' | 'pts' | 'time' | 'width' | 'height' | 'format' | 'data'>,
): AnonymizedFrame {
  return facts as AnonymizedFrame;
}

/** Opens a sink as the pipeline does. */
export async function openTestSink(video: Omit<WrittenVideo, 'ticks'>): Promise<FileSink> {
  return openFileSink(await sinkOptionsFor(video));
}

/** The sink options of the pipeline. */
export async function sinkOptionsFor(video: Omit<WrittenVideo, 'ticks'>): Promise<FileSinkOptions> {
  const { binaries, input, output, timeBase, width = 64, height = 48, options = {}, signal } = video;
  const config = configSchema.parse({ video: { preset: 'ultrafast' }, ...options });
  return {
    output,
    input,
    probe: await probe(input, binaries),
    overwrite: config.overwrite,
    encoding: encodingFor(config.video, output),
    audio: config.audio,
    mute: config.mute,
    keepMetadata: config.keepMetadata,
    start: config.start,
    end: config.end,
    info: { width, height, format: 'yuv420p', timeBase, frameRate: { num: 25, den: 1 } },
    color: { range: 'tv', space: 'bt709', primaries: 'bt709', transfer: 'bt709' },
    sampleAspectRatio: video.sampleAspectRatio ?? { num: 1, den: 1 },
    binaries,
    signal,
    logger: silentLogger,
  };
}

/** Brighter with each frame, so that adjacent frames differ. */
export function greyFrame(
  index: number,
  pts: number,
  { timeBase, width = 64, height = 48 }: Pick<WrittenVideo, 'timeBase' | 'width' | 'height'>,
): AnonymizedFrame {
  const data = new Uint8Array(frameBytes('yuv420p', width, height)).fill(128);
  data.fill(40 + ((index * 7) % 160), 0, width * height);
  const time = ticksToSeconds(pts, timeBase);
  return coveredFrame({ index, pts, time, width, height, format: 'yuv420p', data });
}

/** Writes a whole video and finishes it. */
export async function writeVideo(video: WrittenVideo): Promise<FileSink> {
  await mkdir(dirname(video.output), { recursive: true });
  const sink = await openTestSink(video);
  try {
    for (const [index, pts] of video.ticks.entries()) await sink.write(greyFrame(index, pts, video));
    await sink.finish();
  } catch (error) {
    await sink.abort();
    throw error;
  }
  return sink;
}

/** Times of the displayed packets of one stream, such as `v:0`, in display order, seconds. */
export async function packetTimes(
  path: string,
  stream: string,
  { ffprobe }: Pick<Binaries, 'ffprobe'>,
): Promise<number[]> {
  const what = ['-select_streams', stream, '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0'];
  const { code, stdout, stderr } = await capture(ffprobe.path, ['-v', 'error', ...what, `file:${path}`]);
  if (code !== 0) throw new Error(stderr);
  return (
    stdout
      .split('\n')
      .map((line) => line.split(','))
      // D: outside the edit list, not displayed.
      .filter(([time, flags = '']) => time !== '' && !flags.includes('D'))
      .map(([time]) => Number(time))
      .sort((a, b) => a - b)
  );
}
