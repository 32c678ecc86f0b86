import { interrupted, VeilError } from '../../errors.ts';
import { findBinaries } from '../../ffmpeg/binaries.ts';
import { featuresOf } from '../../ffmpeg/features.ts';
import { inputPart } from '../../ffmpeg/input-part.ts';
import { NutReader } from '../../ffmpeg/nut/reader.ts';
import { probe } from '../../ffmpeg/probe.ts';
import { startFfmpeg, type FfmpegProcess } from '../../ffmpeg/process.ts';
import { ticksToSeconds, type Frame } from '../../frame/frame.ts';
import { planColor } from '../../source/file/color-plan.ts';
import { shownPicture } from '../../source/file/decode-args.ts';
import { openImageSource } from '../../source/photo/image-source.ts';
import { isPhoto } from '../../source/photo/picture-support.ts';
import { usableVideo } from '../../source/source-error.ts';
import type { ProxyOptions } from './proxy.ts';
import { fullFramesArgs } from './proxy-plan.ts';

export interface FullFramesOptions extends ProxyOptions {
  /** Times of the frames known so far, seconds from the start of the part. */
  readonly times: () => readonly number[];
}

/** Bytes of kept frames; at least two frames are kept. */
const KEPT_BYTES = 192 * 1024 ** 2;
/** The open decoder continues over at most this many frames; beyond, a new seek is faster. */
const GOES_ON = 48;
/** A user who steps back usually steps back again: this many earlier frames are decoded along with the target. */
const BEFORE = 8;
/** An unused decoder stops after this time, ms. */
const REST_MS = 15_000;
/** Two readings of the time of one frame differ by less than this, seconds. */
const SAME_TIME = 0.0006;

/** A decoder running through the video. */
interface Decoder {
  readonly ffmpeg: FfmpegProcess;
  readonly reader: NutReader;
  readonly toSeconds: (pts: number) => number;
  /** Index of its last frame. */
  at: number;
}

/**
 * Frames of a video or photo at full resolution, in `gbrp`, read on demand: a decoder seeks to the frame, and continues
 * from there while later ones are wanted. They are originals, and stay in memory.
 */
export class FullFrames implements AsyncDisposable {
  readonly #options: FullFramesOptions;
  readonly #kept = new Map<number, Frame>();
  readonly #most: number;
  #decoder: Decoder | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #rest: NodeJS.Timeout | undefined;

  constructor(options: FullFramesOptions) {
    this.#options = options;
    const { width, height } = options.video;
    this.#most = Math.max(2, Math.floor(KEPT_BYTES / (3 * width * height)));
  }

  /**
   * Reads a frame. Do not change its bytes.
   *
   * @param index of a frame whose time is known
   * @returns null where the decoder does not find that frame
   * @throws VeilError every INPUT_ reason, INTERRUPTED
   */
  get(index: number): Promise<Frame | null> {
    const reading = this.#turn.then(() => this.#kept.get(index) ?? this.#read(index));
    this.#turn = reading.catch(() => undefined);
    return reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    await this.#stop();
    this.#kept.clear();
  }

  async #read(index: number): Promise<Frame | null> {
    const { input, signal } = this.#options;
    if (await isPhoto(input)) return this.#readPhoto();
    clearTimeout(this.#rest);
    try {
      const decoder = await this.#decoderFor(index);
      while (decoder.at < index && (await this.#next(decoder)));
      return this.#kept.get(index) ?? null;
    } catch (error) {
      await this.#stop();
      if (signal.aborted) throw interrupted();
      if (error instanceof VeilError) throw error;
      return null;
    } finally {
      this.#rest = setTimeout(() => {
        this.#turn = this.#turn.then(() => this.#stop());
      }, REST_MS).unref();
    }
  }

  /** The open decoder if the frame is not far ahead of it; else a new one. */
  async #decoderFor(index: number): Promise<Decoder> {
    const open = this.#decoder;
    if (open !== null && open.at < index && index - open.at <= GOES_ON) return open;
    const isBack = open !== null && index <= open.at && open.at - index <= GOES_ON;
    await this.#stop();
    return this.#open(Math.max(0, index - (isBack ? BEFORE : 0)));
  }

  async #open(index: number): Promise<Decoder> {
    const { input, start, end, signal, times, video } = this.#options;
    const binaries = await findBinaries();
    const facts = await probe(input, binaries, { signal });
    const stream = usableVideo(input, facts);
    const { filters, fpsMode } = await featuresOf(binaries.ffmpeg.path);
    // Seek half a frame early: rounding may cut off a frame exactly at the edge.
    const time = times()[index] ?? 0;
    const gap = time - (times()[index - 1] ?? time);
    const from = (start ?? 0) + Math.max(0, time - gap / 2);
    const range = { start: index === 0 ? start : from, end };
    const part = await inputPart(facts, 'picture', [stream], range, binaries.ffmpeg.path);
    const args = fullFramesArgs({
      ...{ path: input, video: stream, shown: shownPicture(stream), part, fpsMode },
      color: planColor(stream, filters, false),
    });
    const ffmpeg = startFfmpeg(binaries.ffmpeg.path, args, { outputs: 1, signal });
    // The error reaches the reader anyway.
    ffmpeg.exited.catch(() => undefined);
    const reader = new NutReader(ffmpeg.outputs[0]!, { maxFrameBytes: 3 * video.width * video.height });
    const info = await reader.open();
    if (info === null) throw new Error('no frame');
    const shift = part.origin + (index === 0 ? 0 : from - (start ?? 0));
    const toSeconds = (pts: number): number => ticksToSeconds(pts, info.timeBase) + shift;
    this.#decoder = { ffmpeg, reader, toSeconds, at: index - 1 };
    return this.#decoder;
  }

  /** Reads the next frame. @returns whether to go on: the review knows the frame, or it lies before the wanted one */
  async #next(decoder: Decoder): Promise<boolean> {
    const { times, video } = this.#options;
    const packet = await decoder.reader.next();
    if (packet === null) return false;
    const time = decoder.toSeconds(packet.pts);
    const index = frameAt(times(), time, decoder.at + 1);
    // After a seek, earlier frames may come first.
    if (index === null) return time < (times()[decoder.at + 1] ?? -1);
    decoder.at = index;
    const { width, height } = video;
    this.#keep({ index, pts: packet.pts, time, width, height, format: 'gbrp', data: packet.data });
    return true;
  }

  async #readPhoto(): Promise<Frame | null> {
    const { input, signal } = this.#options;
    await using source = await openImageSource({ path: input, look: { sizes: [] }, signal });
    for await (const { frame } of source.frames()) {
      const { index, pts, time, width, height, format, data } = frame;
      this.#keep({ index, pts, time, width, height, format, data });
    }
    return this.#kept.get(0) ?? null;
  }

  #keep(frame: Frame): void {
    this.#kept.delete(frame.index);
    this.#kept.set(frame.index, frame);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#rest);
    const decoder = this.#decoder;
    this.#decoder = null;
    await decoder?.ffmpeg.stop();
  }
}

/** Index, at or after `from`, of the frame shown at this time; null if there is none. */
function frameAt(times: readonly number[], time: number, from: number): number | null {
  for (let index = from; index < times.length && times[index]! <= time + SAME_TIME; index += 1) {
    if (Math.abs(times[index]! - time) <= SAME_TIME) return index;
  }
  return null;
}
