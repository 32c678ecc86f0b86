import { setImmediate as nextTurn } from 'node:timers/promises';
import { traceSpan, traceStart } from '../../base/trace.ts';
import { interrupted, VeilError } from '../../errors.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { withoutCrop } from '../../ffmpeg/container-crop.ts';
import { featuresOf } from '../../ffmpeg/features.ts';
import { inputPart } from '../../ffmpeg/input-part.ts';
import { NutError } from '../../ffmpeg/nut/format.ts';
import { NutReader, type NutPacket } from '../../ffmpeg/nut/reader.ts';
import { hasPackets } from '../../ffmpeg/packets.ts';
import type { ColorInfo, Probe, VideoStream } from '../../ffmpeg/probe.ts';
import { lastError, startFfmpeg, type FfmpegProcess } from '../../ffmpeg/process.ts';
import { BufferPool } from '../../frame/buffer-pool.ts';
import { frameBytes, ticksToSeconds, type Rational } from '../../frame/frame.ts';
import { planColor } from './color-plan.ts';
import { planStored, type StoredView } from './stored-view.ts';
import { decodeArgs, planPictures, shownPicture, type PlannedPicture } from './decode-args.ts';
import { clockJumpDoubts, clockJumpsWithin } from './clock-jump-text.ts';
import { decodingFailed, joinedFilms, shapeChanged } from './decode-error.ts';
import { DecoderNotes } from './decoder-notes.ts';
import { LookPictures } from './look-pictures.ts';
import { expectedFrames } from './expected-frames.ts';
import { missingAtEnd } from './missing-at-end.ts';
import { StandingClock } from './standing-clock.ts';
import { PictureQueue } from './picture-queue.ts';
import { doubtfulShapeText, isDoubtfulShape } from '../pixel-shape.ts';
import type { Source, SourceFrame } from '../source.ts';
import type { SourceInfo } from '../../frame/source-info.ts';
import { noFrames, usableVideo } from '../source-error.ts';

export interface FfmpegSourceOptions {
  readonly path: string;
  readonly probe: Probe;
  readonly binaries: Binaries;
  /** Seconds from the start of the file, or null for the whole. */
  readonly start: number | null;
  readonly end: number | null;
  readonly look: { readonly interval: number; readonly sizes: readonly number[] };
  /** Frames of more than 8 bits become 10-bit (`yuv420p10`), and HDR stays; by default 8 bits, and HDR becomes SDR. */
  readonly keepsDepth?: boolean;
  /** For an audit: all stored frames, including those that an edit list hides, in one of these views. */
  readonly asStored?: StoredView;
  readonly signal?: AbortSignal | undefined;
}

/** A source of video frames, with the facts that an encoder needs to preserve the picture. */
export interface VideoSource extends Source {
  /** Colours of the frames, which may differ from those of the file. */
  readonly color: ColorInfo;
  /** Pixel aspect ratio (width / height), as displayed. */
  readonly sampleAspectRatio: Rational;
  /** Reasons for the user to look through the result, a sentence each. */
  readonly doubts: readonly string[];
  /** Conversions of the input, a sentence each. */
  readonly notes: readonly string[];
}

/** Frames that may precede the picture of an earlier one, in addition to those up to the next look. */
const LARGEST_LAG = 64;

/**
 * Starts decoding a video file.
 *
 * @throws VeilError INPUT_NO_VIDEO, INPUT_NO_FRAMES, INPUT_TOO_SMALL, INPUT_TOO_LARGE, INPUT_UNSUPPORTED
 */
export async function openFfmpegSource(options: FfmpegSourceOptions): Promise<VideoSource> {
  const { path, probe, binaries, start, end, look, signal } = options;
  const usable = usableVideo(path, probe);
  const video = options.asStored === undefined ? usable : withoutCrop(usable);
  if (probe.clockJumps.length > 0 && (start !== null || end !== null)) throw clockJumpsWithin(path);
  const part = await inputPart(probe, 'picture', [video], options, binaries.ffmpeg.path);
  const features = await featuresOf(binaries.ffmpeg.path);
  const { asStored } = options;
  const isDeep = options.keepsDepth ?? false;
  const color =
    asStored === undefined
      ? planColor(video, features.filters, isDeep)
      : planStored(video, features.filters, asStored);
  const shown = shownPicture(video);
  const sizes = planPictures(shown, look.sizes);
  const args = decodeArgs({
    path,
    video,
    shown,
    color,
    part:
      asStored !== undefined && probe.format.includes('mov')
        ? { ...part, args: ['-ignore_editlist', '1'] }
        : part,
    lookInterval: look.interval,
    pictures: sizes,
    fpsMode: features.fpsMode,
  });
  const notes = new DecoderNotes(probe.filmBehind !== null);
  const decoder = startFfmpeg(binaries.ffmpeg.path, args, {
    outputs: 1 + sizes.length,
    signal,
    onLine: (line) => {
      notes.addLine(line);
    },
  });
  // A picture has 3 bytes per pixel and at most twice the frame's sides, with stretched pixels slightly more.
  const maxFrameBytes =
    Math.max(...sizes.map(({ width, height }) => width * height), video.width * video.height) * 3 + 65_536;
  const pool = new BufferPool();
  const [full, ...small] = decoder.outputs;
  const reader = new NutReader(full!, { maxFrameBytes, allocate: (count) => pool.take(count) });
  const queues = small.map((stream) => new PictureQueue(stream, { maxFrameBytes }));
  const { origin } = part;
  const frames = new DecodedFrames({ decoder, reader, pool, queues, sizes, options, video, notes, origin });
  const stream = await frames.guard(() => reader.open());
  if (stream === null) {
    if (!(await hasPackets(path, video.index, binaries, signal))) throw noFrames(path);
    await frames.checkEnd();
    throw noFrames(path, { start, end, begins: beginOf(probe, video), ends: probe.duration });
  }
  const info: SourceInfo = {
    width: stream.width,
    height: stream.height,
    format: color.format,
    timeBase: stream.timeBase,
    frameRate: video.frameRate,
    frameCount: expectedFrames(options, video),
  };
  return {
    info,
    color: color.color,
    sampleAspectRatio: shown.aspect,
    get doubts() {
      const shape = isDoubtfulShape(shown.aspect) ? [doubtfulShapeText(shown.aspect)] : [];
      return [...shape, ...clockJumpDoubts(probe.clockJumps), ...frames.doubts];
    },
    notes: color.notes,
    frames: () => frames.read(info),
    [Symbol.asyncDispose]: () => decoder.stop(),
  };
}

interface DecodedFramesOptions {
  readonly decoder: FfmpegProcess;
  readonly reader: NutReader;
  readonly pool: BufferPool;
  readonly queues: readonly PictureQueue[];
  readonly sizes: readonly PlannedPicture[];
  readonly options: FfmpegSourceOptions;
  readonly video: VideoStream;
  readonly notes: DecoderNotes;
  /** Offset of the decoder's clock, seconds. */
  readonly origin: number;
}

class DecodedFrames {
  readonly #decoder: FfmpegProcess;
  readonly #reader: NutReader;
  readonly #pool: BufferPool;
  readonly #pictures: LookPictures;
  readonly #options: FfmpegSourceOptions;
  readonly #video: VideoStream;
  /** Frames read while waiting for a picture; null is the end. */
  readonly #ahead: (NutPacket | null)[] = [];
  #reading: Promise<void> | null = null;
  readonly #notes: DecoderNotes;
  readonly #origin: number;
  readonly #clock: StandingClock;
  #timeBase: Rational;
  #missing: string | null = null;

  constructor({ decoder, reader, pool, queues, sizes, options, video, notes, origin }: DecodedFramesOptions) {
    this.#decoder = decoder;
    this.#reader = reader;
    this.#pool = pool;
    this.#options = options;
    this.#video = video;
    this.#timeBase = video.timeBase;
    this.#clock = new StandingClock(video.frameRate);
    this.#notes = notes;
    this.#origin = origin;
    const { path, look } = options;
    const wait = this.#whileReading.bind(this);
    const failed = this.#pictureFailed.bind(this);
    this.#pictures = new LookPictures({ path, queues, sizes, interval: look.interval, wait, failed });
  }

  /** Doubts so far, a sentence each. */
  get doubts(): readonly string[] {
    const missing = this.#missing === null ? [] : [this.#missing];
    return [...this.#notes.texts(), ...this.#clock.doubts, ...missing];
  }

  async *read(info: SourceInfo): AsyncGenerator<SourceFrame, void, void> {
    const { width, height, format, timeBase } = info;
    const bytes = frameBytes(format, width, height);
    const origin = Math.round((this.#origin * timeBase.den) / timeBase.num);
    this.#timeBase = timeBase;
    let index = 0;
    let time = 0;
    try {
      for (;;) {
        const started = traceStart();
        const packet = await this.#nextFrame();
        traceSpan('wait for the decoder', started);
        if (packet === null) break;
        const { data } = packet;
        const pts = packet.pts + origin;
        time = ticksToSeconds(pts, timeBase);
        this.#notes.advanceTo(time);
        this.#clock.add(time);
        if (data.length !== bytes) throw shapeChanged(this.#options.path, time);
        const pictures = await this.#pictures.of(index, ticksToSeconds(packet.pts, timeBase), timeBase);
        const release = (): void => {
          this.#pool.give(data);
        };
        yield { frame: { index, pts, time, width, height, format, data, release }, pictures };
        index += 1;
      }
      await this.checkEnd();
      if (index === 0) throw noFrames(this.#options.path);
      this.#missing = await missingAtEnd(this.#options, this.#video, {
        frames: index,
        lastTime: time,
        isDamaged: this.#notes.isDamaged,
      });
    } finally {
      await this.#decoder.stop();
    }
  }

  /** Replaces the error of a broken pipe by its cause. */
  async guard<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (cause) {
      if (cause instanceof VeilError) throw cause;
      await this.#decoder.stop();
      if (this.#options.signal?.aborted === true) throw interrupted();
      throw this.#failed(cause instanceof NutError ? cause.message : 'its output broke off', cause);
    }
  }

  /** @throws VeilError DECODER_FAILED, INTERRUPTED unless the decoder succeeded */
  async checkEnd(): Promise<void> {
    const { code, signal, stderr } = await this.#decoder.exited;
    if (this.#options.signal?.aborted === true) throw interrupted();
    if (code !== 0)
      throw this.#failed(signal === null ? lastError(stderr) : `the decoder was ended by ${signal}`);
  }

  async #nextFrame(): Promise<NutPacket | null> {
    if (this.#ahead.length === 0) await this.#readAhead();
    return this.#ahead.shift() ?? null;
  }

  #readAhead(): Promise<void> {
    this.#reading ??= this.guard(() => this.#reader.next()).then((packet) => {
      this.#reading = null;
      this.#ahead.push(packet);
    });
    return this.#reading;
  }

  /** Waits while reading frames: ffmpeg may write frames before the picture of an earlier one, and would block. */
  async #whileReading<T>(waiting: Promise<T>): Promise<T> {
    const guarded = this.guard(() => waiting);
    const state = { isDone: false };
    const settled = guarded.finally(() => (state.isDone = true)).catch(() => undefined);
    while (!state.isDone && this.#ahead.at(-1) !== null) {
      if (this.#ahead.length > LARGEST_LAG + 2 * this.#options.look.interval)
        throw await this.#pictureFailed('no picture came for the detector');
      await Promise.race([settled, this.#readAhead()]);
      // One chunk of the pipe may hold many small frames: only between turns of the event loop can pictures arrive.
      await nextTurn();
    }
    return guarded;
  }

  /** Where the clock goes back and the picture changes, ffmpeg raises times of frames and of pictures differently. */
  async #pictureFailed(reason: string): Promise<VeilError> {
    for (const each of this.#ahead) {
      if (each !== null) this.#clock.add(ticksToSeconds(each.pts, this.#timeBase) + this.#origin);
    }
    const joint = this.#clock.standsFrom;
    return joint === null ? this.#failed(reason) : await joinedFilms(this.#options.path, joint);
  }

  #failed(reason: string, cause?: unknown): VeilError {
    return decodingFailed(this.#options.path, reason, cause);
  }
}

/** Start of the picture, seconds from the start of the file. */
function beginOf({ startTime }: Probe, video: VideoStream): number {
  return Math.max(0, video.startTime - startTime);
}
