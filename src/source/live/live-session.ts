import { NutReader } from '../../ffmpeg/nut/reader.ts';
import { lastError, startFfmpeg, type FfmpegProcess } from '../../ffmpeg/process.ts';
import { frameBytes, ticksToSeconds, type Picture, type PictureSize } from '../../frame/frame.ts';
import { LIVE_TICKS } from './live-decode-args.ts';
import { parseStreamInfo, type StreamInfo } from './parse-stream-info.ts';
import { reasonOf } from '../../base/reason.ts';

/** Events of one decoder. */
export interface SessionEvents {
  /** Called before the first frame, if the decoder describes its input. */
  described(picture: StreamInfo): void;
  /** Called before the first frame. */
  opened(size: PictureSize): void;
  frame(timestamp: number, data: Uint8Array): void;
  /** @param position index of its size */
  picture(position: number, timestamp: number, picture: Picture): void;
  /** Called once it is known whether there is audio, if it was requested. */
  soundOpened(isThere: boolean): void;
  /** @param timestamp milliseconds */
  sound(timestamp: number, samples: Uint8Array): void;
}

export interface SessionOptions {
  readonly ffmpeg: string;
  readonly args: readonly string[];
  /** Long sides of the pictures for looks. */
  readonly looks: readonly number[];
  /** Whether the last pipe carries audio. */
  readonly hasSound: boolean;
  readonly events: SessionEvents;
}

/** Longest side of a live frame: no machine covers larger ones in time. */
const LARGEST = 4096;

/** Largest piece of audio, bytes: several seconds. */
const LARGEST_SOUND = 1 << 20;

/** A source without a frame for this long is lost, milliseconds; the first frame may take longer: streams connect. */
export const STALL = { first: 20_000, later: 5_000 };

/** One decoder of a live source, from its start until it ends, breaks or stalls. */
export class LiveSession {
  /** The reason of its end, in words; null if the source was played to its end. */
  readonly ended: Promise<string | null>;
  readonly #options: SessionOptions;
  readonly #decoder: FfmpegProcess;
  readonly #problems: string[] = [];
  #isDescribed = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#decoder = startFfmpeg(options.ffmpeg, options.args, {
      outputs: 1 + options.looks.length + (options.hasSound ? 1 : 0),
      isDetached: true,
      onLine: (line) => {
        const described = parseStreamInfo(line);
        // The first description is that of the input; the others are those of the outputs.
        if (described === null || this.#isDescribed) return;
        this.#isDescribed = true;
        options.events.described(described);
      },
    });
    this.#expect(STALL.first);
    this.ended = this.#run();
  }

  stop(): Promise<void> {
    clearTimeout(this.#watch);
    return this.#decoder.stop();
  }

  async #run(): Promise<string | null> {
    const [full, ...others] = this.#decoder.outputs;
    const count = this.#options.looks.length;
    const looks = others.slice(0, count).map((stream, position) => this.#pictures(stream, position));
    const pumps = [
      this.#frames(full!),
      ...looks,
      ...others.slice(count).map((stream) => this.#sound(stream)),
    ];
    for (const pump of pumps) {
      pump.catch((error: unknown) => {
        this.#fail(reasonOf(error));
      });
    }
    try {
      const { code, signal, stderr } = await this.#decoder.exited;
      await Promise.allSettled(pumps);
      const [problem] = this.#problems;
      if (problem !== undefined) return problem;
      if (code === 0) return null;
      return signal === null ? lastError(stderr) : `the decoder was ended by ${signal}`;
    } catch (error) {
      return reasonOf(error);
    } finally {
      clearTimeout(this.#watch);
    }
  }

  async #frames(stream: FfmpegProcess['outputs'][number]): Promise<void> {
    const reader = new NutReader(stream, { maxFrameBytes: frameBytes('yuv420p', LARGEST, LARGEST) });
    const info = await reader.open();
    if (info === null) return;
    const { width, height } = info;
    if (Math.max(width, height) > LARGEST) throw new Error(`its picture of ${width}x${height} is too large`);
    const bytes = frameBytes('yuv420p', width, height);
    this.#options.events.opened({ width, height });
    for (let packet = await reader.next(); packet !== null; packet = await reader.next()) {
      if (packet.data.length !== bytes) throw new Error('its picture changed its size');
      this.#expect(STALL.later);
      this.#options.events.frame(packet.pts, packet.data);
    }
  }

  async #pictures(stream: FfmpegProcess['outputs'][number], position: number): Promise<void> {
    const side = 2 + this.#options.looks[position]!;
    const reader = new NutReader(stream, { maxFrameBytes: 3 * side * side });
    const info = await reader.open();
    if (info === null) return;
    const { width, height } = info;
    for (let packet = await reader.next(); packet !== null; packet = await reader.next()) {
      if (packet.data.length !== 3 * width * height) throw new Error('a picture for the detector is broken');
      this.#options.events.picture(position, packet.pts, { width, height, data: packet.data });
    }
  }

  async #sound(stream: FfmpegProcess['outputs'][number]): Promise<void> {
    const { events } = this.#options;
    const reader = new NutReader(stream, { maxFrameBytes: LARGEST_SOUND, maxStreams: 2 });
    if ((await reader.open()) === null) return;
    events.soundOpened(reader.streamCount > 1);
    for (let packet = await reader.next(); packet !== null; packet = await reader.next()) {
      if (packet.stream === 0) continue;
      events.sound(1000 * ticksToSeconds(packet.pts, reader.timeBaseOf(packet.stream)), packet.data);
    }
  }

  #expect(milliseconds: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.#fail(`no picture came for ${milliseconds / 1000} s`);
    }, milliseconds);
  }

  #fail(reason: string): void {
    this.#problems.push(reason);
    void this.#decoder.stop();
  }
}

/** Ticks of a session's timestamps in milliseconds. */
export function ticksToMilliseconds(ticks: number): number {
  return (ticks * 1000) / LIVE_TICKS;
}
