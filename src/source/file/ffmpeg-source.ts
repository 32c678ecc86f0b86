import { traceSpan, traceStart } from '../../base/trace.ts';
import { interrupted, VeilError } from '../../errors.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { featuresOf } from '../../ffmpeg/features.ts';
import { withoutAlpha } from '../../ffmpeg/has-alpha.ts';
import { inputPart } from '../../ffmpeg/input-part.ts';
import { NutError } from '../../ffmpeg/nut/format.ts';
import { NutReader, type NutPacket } from '../../ffmpeg/nut/reader.ts';
import type { ColorInfo, Probe, VideoStream } from '../../ffmpeg/probe.ts';
import { lastError, startFfmpeg, type FfmpegProcess } from '../../ffmpeg/process.ts';
import { BufferPool } from '../../frame/buffer-pool.ts';
import { frameBytes, ticksToSeconds, type Rational } from '../../frame/frame.ts';
import { planColor } from './color-plan.ts';
import { decodeArgs, planPictures, shownPicture, type PlannedPicture } from './decode-args.ts';
import { clockJumpDoubts, clockJumpsWithin } from './clock-jump-text.ts';
import { decodingFailed, shapeChanged } from './decode-error.ts';
import { DecoderNotes } from './decoder-notes.ts';
import { LookPictures } from './look-pictures.ts';
import { endsInPacket } from './cut-off.ts';
import { lossAtEnd } from './loss-at-end.ts';
import { soundEndsAt } from '../../ffmpeg/sound-end.ts';
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
  /** Frames of more than 8 bits come in 10 (`yuv420p10`), HDR as it is; unless given they get 8 bits, and HDR becomes SDR. */
  readonly keepsDepth?: boolean;
  /** All frames that are stored, also those that an edit list hides, and below what is transparent: for an audit. */
  readonly asStored?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A source of video frames, with what the encoder must know to keep the picture as it was. */
export interface VideoSource extends Source {
  /** What the frames are, which is not always what the file was. */
  readonly color: ColorInfo;
  /** Width of a pixel by its height, as shown. */
  readonly sampleAspectRatio: Rational;
  /** Why the user should look through the result, a sentence each. */
  readonly doubts: readonly string[];
  /** Conversions on the way in, a sentence each. */
  readonly notes: readonly string[];
}

/** Frames that may come before the picture of an earlier one, besides those up to the next look. */
const LARGEST_LAG = 64;

/**
 * Starts decoding a video file.
 *
 * @throws VeilError INPUT_NO_VIDEO, INPUT_NO_FRAMES, INPUT_TOO_SMALL, INPUT_TOO_LARGE, INPUT_UNSUPPORTED
 */
export async function openFfmpegSource(options: FfmpegSourceOptions): Promise<VideoSource> {
  const { path, probe, binaries, start, end, look, signal } = options;
  const video = usableVideo(path, probe);
  if (probe.clockJumps.length > 0 && (start !== null || end !== null)) throw clockJumpsWithin(path);
  const part = inputPart(probe, 'picture', [video], options);
  const features = await featuresOf(binaries.ffmpeg.path);
  const asStored = options.asStored ?? false;
  const seen = asStored ? { ...video, tags: {}, pixelFormat: withoutAlpha(video.pixelFormat) } : video;
  const color = planColor(seen, features.filters, options.keepsDepth ?? false);
  const shown = shownPicture(video);
  const sizes = planPictures(shown, look.sizes);
  const args = decodeArgs({
    path,
    video,
    shown,
    color,
    part: asStored && probe.format.includes('mov') ? { ...part, args: ['-ignore_editlist', '1'] } : part,
    lookInterval: look.interval,
    pictures: sizes,
    fpsMode: features.fpsMode,
  });
  const notes = new DecoderNotes();
  const decoder = startFfmpeg(binaries.ffmpeg.path, args, {
    outputs: 1 + sizes.length,
    signal,
    onLine: (line) => {
      notes.addLine(line);
    },
  });
  // A picture has 3 bytes a pixel and at most twice the frame's sides, stretched ones somewhat more.
  const maxFrameBytes =
    Math.max(...sizes.map(({ width, height }) => width * height), video.width * video.height) * 3 + 65_536;
  const pool = new BufferPool();
  const [full, ...small] = decoder.outputs;
  const reader = new NutReader(full!, { maxFrameBytes, allocate: (count) => pool.take(count) });
  const queues = small.map((stream) => new PictureQueue(new NutReader(stream, { maxFrameBytes })));
  const frames = new DecodedFrames(decoder, reader, pool, queues, sizes, options, video, notes, part.origin);
  const stream = await frames.guard(() => reader.open());
  if (stream === null) {
    await frames.checkEnd();
    throw noFrames(path, { start, end, begins: beginOf(probe, video) });
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

/** The frames of one decoder. */
class DecodedFrames {
  readonly #decoder: FfmpegProcess;
  readonly #reader: NutReader;
  readonly #pool: BufferPool;
  readonly #pictures: LookPictures;
  readonly #options: FfmpegSourceOptions;
  readonly #video: VideoStream;
  /** Frames that were read while a picture was waited for; null is the end. */
  readonly #ahead: (NutPacket | null)[] = [];
  #reading: Promise<void> | null = null;
  readonly #notes: DecoderNotes;
  /** Of the decoder's clock, seconds. */
  readonly #origin: number;
  #missing: string | null = null;

  constructor(
    decoder: FfmpegProcess,
    reader: NutReader,
    pool: BufferPool,
    queues: readonly PictureQueue[],
    sizes: readonly PlannedPicture[],
    options: FfmpegSourceOptions,
    video: VideoStream,
    notes: DecoderNotes,
    origin: number,
  ) {
    this.#decoder = decoder;
    this.#reader = reader;
    this.#pool = pool;
    this.#options = options;
    this.#video = video;
    this.#notes = notes;
    this.#origin = origin;
    const { path, look } = options;
    const wait = this.#whileReading.bind(this);
    this.#pictures = new LookPictures({ path, queues, sizes, interval: look.interval, wait });
  }

  /** What is known so far, a sentence each. */
  get doubts(): readonly string[] {
    return [...this.#notes.texts(), ...(this.#missing === null ? [] : [this.#missing])];
  }

  async *read(info: SourceInfo): AsyncGenerator<SourceFrame, void, void> {
    const { width, height, format, timeBase } = info;
    const bytes = frameBytes(format, width, height);
    const origin = Math.round((this.#origin * timeBase.den) / timeBase.num);
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
      await this.#checkComplete(index, time);
    } finally {
      await this.#decoder.stop();
    }
  }

  /** Turns a broken pipe into the reason why it broke. */
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

  /** @throws VeilError DECODER_FAILED, INTERRUPTED unless the decoder ended well */
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

  /** Waits while frames are read: ffmpeg may write some before the picture of an earlier one, and blocks otherwise. */
  async #whileReading<T>(waiting: Promise<T>): Promise<T> {
    const guarded = this.guard(() => waiting);
    const state = { isDone: false };
    const settle = (): void => {
      state.isDone = true;
    };
    const settled = guarded.then(settle, settle);
    while (!state.isDone && this.#ahead.at(-1) !== null) {
      if (this.#ahead.length > LARGEST_LAG + 2 * this.#options.look.interval)
        throw this.#failed('no picture came for the detector');
      await Promise.race([settled, this.#readAhead()]);
    }
    return guarded;
  }

  /** A file that was cut off decodes without an error, but ends before the time that it states. */
  async #checkComplete(frames: number, lastTime: number): Promise<void> {
    const { path, start, end, probe, binaries, asStored = false, signal } = this.#options;
    if (start !== null || end !== null || asStored) return;
    if (await endsInPacket(path, probe)) {
      this.#missing = `The file ends in the middle of a packet, after ${lastTime.toFixed(1)} s: it was cut off.`;
    }
    const loss = lossAtEnd(probe, this.#video, frames, lastTime);
    if (loss === null) return;
    if (!loss.isOfPicture && probe.audio.length > 0) {
      // Rounding of the container, and the last packet.
      const soundEnd = (await soundEndsAt(path, binaries, signal)) - probe.startTime;
      if (soundEnd >= loss.total - 0.5) return;
    }
    const text = `ends after ${lastTime.toFixed(1)} s of ${loss.total.toFixed(1)} s`;
    if (!loss.isSevere) {
      this.#missing = `The picture ${text}: the file was cut off, or its end is damaged.`;
      return;
    }
    throw new VeilError('INPUT_TRUNCATED', `${path} ${text}.`, {
      hint: `Copy the file again. To cover the part that is there: --end ${Math.floor(lastTime * 10) / 10}`,
    });
  }

  #failed(reason: string, cause?: unknown): VeilError {
    return decodingFailed(this.#options.path, reason, cause);
  }
}

/** When the picture begins, seconds from the start of the file. */
function beginOf({ startTime }: Probe, video: VideoStream): number {
  return Math.max(0, video.startTime - startTime);
}

function expectedFrames({ start, end, probe }: FfmpegSourceOptions, video: VideoStream): number | null {
  const rate = video.frameRate.num / video.frameRate.den;
  const duration = video.duration ?? probe.duration;
  if (start === null && end === null && video.frameCount !== null) return video.frameCount;
  if (duration === null) return null;
  return Math.max(1, Math.round((Math.min(end ?? duration, duration) - (start ?? 0)) * rate));
}
