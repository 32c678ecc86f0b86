import { existsSync } from 'node:fs';
import type { Encoding } from '../../config/encoding.ts';
import { interrupted, VeilError } from '../../errors.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { NutWriter } from '../../ffmpeg/nut/writer.ts';
import type { Mastering } from '../../ffmpeg/mastering.ts';
import type { ColorInfo, Probe } from '../../ffmpeg/probe.ts';
import { startFfmpeg, type FfmpegProcess } from '../../ffmpeg/process.ts';
import { roomOrEnd } from '../../ffmpeg/room-or-end.ts';
import { ticksToSeconds, type AnonymizedFrame, type PixelFormat, type Rational } from '../../frame/frame.ts';
import type { Logger } from '../../logger.ts';
import { checkResult } from './check-result.ts';
import { encodeArgs } from './encode-args.ts';
import { goneError, inputGoneError } from './gone-errors.ts';
import { checkSilence, type Span } from './silence.ts';
import { planSound, type PlannedSound, type Sound } from './sound.ts';
import { encoderSupportOf, videoEncoderFor } from '../encoder-support.ts';
import { encodableSize, padToEven, type Size } from '../even-size.ts';
import { muxerOf } from '../muxer.ts';
import { diskFullError } from '../output-error.ts';
import type { Sink } from '../sink.ts';
import { checkTarget } from '../target.ts';
import { openTemporaryFile, type TemporaryFile } from '../temporary-file.ts';

export interface FileSinkOptions {
  /** Path of the file to make; its ending names the container. */
  readonly output: string;
  /** Path of the original, for its sound. */
  readonly input: string;
  /** What the original says of itself. */
  readonly probe: Probe;
  readonly overwrite: boolean;
  readonly encoding: Encoding;
  readonly audio: 'keep' | 'drop';
  /** Silenced times, seconds from the start of the original. Default: none. */
  readonly mute?: readonly Span[];
  readonly keepMetadata: boolean;
  /** Part of the original that the frames are from, seconds, or null. */
  readonly start: number | null;
  readonly end: number | null;
  /** What the frames are. */
  readonly info: {
    readonly width: number;
    readonly height: number;
    readonly format: PixelFormat;
    readonly timeBase: Rational;
    readonly frameRate: Rational;
  };
  readonly color: ColorInfo;
  /** What HDR was mastered for; none where it is left out. */
  readonly mastering?: Mastering | null;
  readonly sampleAspectRatio: Rational;
  readonly binaries: Binaries;
  readonly signal?: AbortSignal | undefined;
  readonly logger: Logger;
}

const VOICES =
  'Voices are kept, and voices identify people: --audio drop leaves them out, --mute 4.0-6.5s silences a part.';

/** A sink that says what became of the picture and the sound, a sentence each; of the sound once there is a frame. */
export interface FileSink extends Sink {
  readonly notes: readonly string[];
}

/**
 * Prepares a video file: everything that can be refused is refused here, before any work is done. The file appears
 * under its name in `finish`, whole and checked, or never.
 *
 * @throws VeilError OUTPUT_IS_INPUT, OUTPUT_EXISTS, OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL, ENCODER_UNAVAILABLE,
 *   CONFIG_INVALID for an ending that Veil does not write
 */
export async function openFileSink(options: FileSinkOptions): Promise<FileSink> {
  const { output, input, overwrite, encoding, binaries } = options;
  const muxer = muxerOf(output);
  const support = await encoderSupportOf(binaries.ffmpeg.path);
  const encoder = videoEncoderFor(encoding.codec, support);
  const size = encodableSize(encoder, options.info);
  const target = await checkTarget({ path: output, overwrite, input, kind: 'video' });
  const sound = planSound({ ...options, muxer, support }, options.signal);
  const temporary = await openTemporaryFile(target).catch((error: unknown) => {
    sound.stop();
    throw error;
  });
  const isPadded = size.width !== options.info.width || size.height !== options.info.height;
  const notes = isPadded
    ? [
        `The picture is ${size.width}x${size.height}: ${encoding.codec} needs even sizes, so its edge is repeated.`,
      ]
    : [];
  const argsFrom = (firstTime: number, { tracks, part, lead, silences }: Sound): string[] =>
    encodeArgs({
      encoding,
      encoder,
      support,
      muxer,
      timeBase: options.info.timeBase,
      frameRate: options.info.frameRate,
      firstTime,
      endTime: endTimeOf(options),
      sampleAspectRatio: options.sampleAspectRatio,
      color: options.color,
      format: options.info.format,
      mastering: options.mastering ?? null,
      original:
        tracks.length > 0 || options.keepMetadata
          ? { path: input, part, audio: tracks, lead, silences }
          : null,
      keepMetadata: options.keepMetadata,
      output: temporary.path,
    });
  const lacksEnd = !support.packetDurations && (muxer === 'mp4' || muxer === 'mov');
  return new EncodedFile({
    options,
    size,
    temporary,
    argsFrom,
    closesAt: lacksEnd ? (lastTime) => endAfter(lastTime, options) : null,
    sound,
    notes,
  });
}

/** When the last frame ends, seconds after the start of the range; null where the original does not say. */
function endTimeOf({ probe, start, end }: FileSinkOptions): number | null {
  const duration = probe.video?.duration ?? null;
  if (probe.video === null || duration === null) return null;
  const videoEnd = probe.video.startTime - probe.startTime + duration;
  return Math.min(end ?? Infinity, videoEnd) - (start ?? 0);
}

/** When the last frame ends: as the original says, or after a frame of average length. */
function endAfter(lastTime: number, options: FileSinkOptions): number {
  const { num, den } = options.info.frameRate;
  const end = endTimeOf(options);
  return end !== null && end > lastTime ? end : lastTime + den / num;
}

/** Decisions before the first frame. */
interface FilePlan {
  /**
   * Seconds at which the last frame is written once more, or null. For builds before ffmpeg 4.4, which give the last
   * frame of an .mp4 no duration: players then leave it out. The copy takes that part: it ends the frame before it.
   */
  readonly closesAt: ((lastTime: number) => number) | null;
  readonly options: FileSinkOptions;
  /** Of the encoded picture. */
  readonly size: Size;
  readonly temporary: TemporaryFile;
  readonly argsFrom: (firstTime: number, sound: Sound) => string[];
  readonly sound: PlannedSound;
  /** On the picture. */
  readonly notes: readonly string[];
}

class EncodedFile implements FileSink {
  readonly #plan: FilePlan;
  readonly #nut: NutWriter;
  #encoder: FfmpegProcess | null = null;
  #sound: Sound | null = null;
  #frames = 0;
  #firstTime = 0;
  #lastTime = 0;
  #last: AnonymizedFrame | null = null;

  constructor(plan: FilePlan) {
    this.#plan = plan;
    const { timeBase, format } = plan.options.info;
    this.#nut = new NutWriter({ ...plan.size, timeBase, ...(format === 'gbrp' ? {} : { format }) });
  }

  get notes(): readonly string[] {
    const { notes = [], tracks = [] } = this.#sound ?? {};
    const voices = tracks.length > 0 ? [VOICES] : [];
    return [...notes, ...this.#plan.notes, ...voices];
  }

  async write(frame: AnonymizedFrame): Promise<void> {
    this.#sound ??= await this.#plan.sound.settled;
    const encoder = (this.#encoder ??= this.#start(frame.pts, this.#sound));
    if (this.#frames === 0) {
      this.#firstTime = frame.time;
      await this.#send(encoder, this.#nut.header());
    }
    const before = this.#last;
    if (this.#plan.closesAt === null) await this.#encode(encoder, frame.pts, frame, frame.release);
    else {
      this.#last = frame;
      await this.#encode(encoder, frame.pts, frame, before?.release);
    }
    this.#lastTime = frame.time;
  }

  async finish(beforePlacing?: (path: string) => Promise<void>): Promise<void> {
    if (this.#encoder === null) throw new VeilError('INTERNAL', 'A file without a frame was to be finished.');
    if (this.#plan.closesAt !== null && this.#last !== null) {
      const { num, den } = this.#plan.options.info.timeBase;
      const pts = Math.round((this.#plan.closesAt(this.#lastTime) * den) / num);
      await this.#encode(this.#encoder, Math.max(pts, this.#last.pts + 1), this.#last);
    }
    this.#encoder.stdin?.end();
    await this.#checkExit(this.#encoder);
    const { output, binaries, keepMetadata, overwrite, signal } = this.#plan.options;
    await checkResult({
      path: this.#plan.temporary.path,
      name: output,
      binaries,
      frames: this.#frames,
      span: this.#lastTime - this.#firstTime,
      audioTracks: this.#sound?.tracks.length ?? 0,
      keepMetadata,
      signal,
    });
    const { tracks = [], silences = [] } = this.#sound ?? {};
    if (tracks.length > 0 && silences.length > 0) {
      const firstTime = this.#firstTime;
      const { path } = this.#plan.temporary;
      await checkSilence({ path, name: output, binaries, silences, firstTime, signal });
    }
    await beforePlacing?.(this.#plan.temporary.path);
    await this.#plan.temporary.place(overwrite);
  }

  async abort(): Promise<void> {
    this.#plan.sound.stop();
    await this.#encoder?.stop();
    await this.#plan.temporary.remove();
  }

  /** @param onSent called when the frame is written: the one before is written then, too */
  async #encode(
    encoder: FfmpegProcess,
    pts: number,
    { data }: AnonymizedFrame,
    onSent?: () => void,
  ): Promise<void> {
    const { options, size } = this.#plan;
    const [head, pixels] = this.#nut.frame(pts, padToEven(data, options.info, size, options.info.format));
    await this.#send(encoder, head);
    await this.#send(encoder, pixels, onSent);
    this.#frames += 1;
  }

  #start(firstPts: number, sound: Sound): FfmpegProcess {
    const { binaries, info, signal } = this.#plan.options;
    const args = this.#plan.argsFrom(ticksToSeconds(firstPts, info.timeBase), sound);
    return startFfmpeg(binaries.ffmpeg.path, args, { stdin: true, signal });
  }

  /** Resolves when the encoder has room for more; fails when it has ended, for whatever reason. */
  async #send(encoder: FfmpegProcess, chunk: Uint8Array, onSent?: () => void): Promise<void> {
    const stdin = encoder.stdin;
    if (stdin === null) throw new VeilError('INTERNAL', 'The encoder has no input.');
    if (!stdin.destroyed && stdin.write(chunk, onSent)) return;
    if (!stdin.destroyed) await roomOrEnd(stdin);
    if (!stdin.destroyed) return;
    await this.#checkExit(encoder);
    throw this.#failed('it ended before the video did');
  }

  /** @throws VeilError INTERRUPTED, OUTPUT_DISK_FULL, ENCODER_FAILED unless the encoder ended well */
  async #checkExit(encoder: FfmpegProcess): Promise<void> {
    const { code, signal, stderr } = await encoder.exited;
    if (this.#plan.options.signal?.aborted === true) throw interrupted();
    // ffmpeg 4 and 5 end with 0 when only the last write failed: what they say decides as well.
    if (signal === 'SIGXFSZ' || /No space left on device|File too large|Disk quota exceeded/.test(stderr)) {
      throw diskFullError(this.#plan.options.output, stderr);
    }
    if (code === 0) return;
    const { output, input } = this.#plan.options;
    if (!existsSync(this.#plan.temporary.path)) throw goneError(output);
    if (!existsSync(input)) throw inputGoneError(input);
    throw this.#failed(
      signal === null ? (stderr.split('\n').at(-1) ?? '') : `it was ended by ${signal}`,
      stderr,
    );
  }

  #failed(reason: string, cause?: string): VeilError {
    return new VeilError(
      'ENCODER_FAILED',
      `${this.#plan.options.output} could not be encoded: ${reason.slice(0, 300)}.`,
      {
        hint: 'Nothing was left behind. More with --verbose.',
        cause,
      },
    );
  }
}
