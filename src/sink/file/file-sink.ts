import type { Encoding } from '../../config/encoding.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { NutWriter } from '../../ffmpeg/nut/writer.ts';
import type { Mastering } from '../../ffmpeg/mastering.ts';
import type { ColorInfo, Probe } from '../../ffmpeg/probe.ts';
import { ticksToSeconds, type AnonymizedFrame, type PixelFormat, type Rational } from '../../frame/frame.ts';
import type { Logger } from '../../logger.ts';
import { checkResult } from './check-result.ts';
import { encodeArgs, type EncodeOptions } from './encode-args.ts';
import { checkSilence, type Span } from './silence.ts';
import { planSound, type PlannedSound, type Sound } from './sound.ts';
import { encoderSupportOf, videoEncoderFor, type EncoderSupport } from '../encoder-support.ts';
import { encodableSize, padToEven, type Size } from '../even-size.ts';
import { muxerOf, type Muxer } from '../muxer.ts';
import type { Sink } from '../sink.ts';
import { checkTarget } from '../target.ts';
import { openTemporaryFile } from '../temporary-file.ts';
import { WrittenFile } from './written-file.ts';

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

/** What there is to know of a file before its first frame. */
export interface FilePlan {
  readonly options: FileSinkOptions;
  /** Of the encoded picture. */
  readonly size: Size;
  readonly muxer: Muxer;
  readonly support: EncoderSupport;
  /** On the picture. */
  readonly notes: readonly string[];
  /** Arguments of ffmpeg depend on these. */
  readonly encodeOptions: (firstTime: number, sound: Sound, output: string) => EncodeOptions;
}

/**
 * Plans a video file.
 *
 * @throws VeilError ENCODER_UNAVAILABLE, CONFIG_INVALID for an ending that Veil does not write
 */
export async function planFile(options: FileSinkOptions): Promise<FilePlan> {
  const { output, input, encoding, binaries, info } = options;
  const muxer = muxerOf(output);
  const support = await encoderSupportOf(binaries.ffmpeg.path);
  const encoder = videoEncoderFor(encoding.codec, support);
  const size = encodableSize(encoder, info);
  const isPadded = size.width !== info.width || size.height !== info.height;
  const notes = isPadded
    ? [
        `The picture is ${size.width}x${size.height}: ${encoding.codec} needs even sizes, so its edge is repeated.`,
      ]
    : [];
  return {
    ...{ options, size, muxer, support, notes },
    encodeOptions: (firstTime, { tracks, part, lead, silences }, path) => ({
      ...{ encoding, encoder, support, muxer, firstTime },
      timeBase: info.timeBase,
      frameRate: info.frameRate,
      endTime: endTimeOf(options),
      sampleAspectRatio: options.sampleAspectRatio,
      color: options.color,
      format: info.format,
      mastering: options.mastering ?? null,
      original:
        tracks.length > 0 || options.keepMetadata
          ? { path: input, part, audio: tracks, lead, silences }
          : null,
      keepMetadata: options.keepMetadata,
      output: path,
    }),
  };
}

/**
 * Prepares a video file: everything that can be refused is refused here, before any work is done. The file appears
 * under its name in `finish`, whole and checked, or never.
 *
 * @throws VeilError OUTPUT_IS_INPUT, OUTPUT_EXISTS, OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL, ENCODER_UNAVAILABLE,
 *   CONFIG_INVALID for an ending that Veil does not write
 */
export async function openFileSink(options: FileSinkOptions): Promise<FileSink> {
  const plan = await planFile(options);
  return new EncodedFile(plan, await openSounding(plan));
}

/** A file that is being written, and the sound that goes into it. */
export interface SoundingFile {
  readonly file: WrittenFile;
  readonly sound: PlannedSound;
}

/**
 * Takes the place of a file, and begins to look at its sound.
 *
 * @throws VeilError as {@link openFileSink}
 */
export async function openSounding({ options, muxer, support }: FilePlan): Promise<SoundingFile> {
  const { output, input, overwrite, binaries, signal } = options;
  const target = await checkTarget({ path: output, overwrite, input, kind: 'video' });
  const sound = planSound({ ...options, muxer, support }, signal);
  try {
    const temporary = await openTemporaryFile(target);
    return {
      sound,
      file: new WrittenFile({ ffmpeg: binaries.ffmpeg.path, output, input, temporary, signal }),
    };
  } catch (error) {
    sound.stop();
    throw error;
  }
}

/** What somebody should know of an output once its sound is known, a sentence each. */
export function notesOf(plan: Pick<FilePlan, 'notes'>, sound: Sound | null): string[] {
  const { notes = [], tracks = [] } = sound ?? {};
  return [...notes, ...plan.notes, ...(tracks.length > 0 ? [VOICES] : [])];
}

/** A file of which every frame has come. */
export interface WholeFile extends SoundingFile {
  readonly plan: FilePlan;
  readonly settled: Sound | null;
  readonly frames: number;
  /** Seconds. */
  readonly firstTime: number;
  readonly lastTime: number;
}

/** Ends a file, checks it and puts it in its place; see `Sink.finish`. */
export async function finishFile(
  { plan, file, settled, frames, firstTime, lastTime }: WholeFile,
  beforePlacing?: (path: string) => Promise<void>,
): Promise<void> {
  await file.end();
  const { output, binaries, keepMetadata, overwrite, signal } = plan.options;
  const { tracks = [], silences = [] } = settled ?? {};
  const { path } = file;
  const span = lastTime - firstTime;
  await checkResult({
    ...{ path, name: output, binaries, frames, span, keepMetadata, signal },
    audioTracks: tracks.length,
  });
  if (tracks.length > 0 && silences.length > 0) {
    await checkSilence({ path, name: output, binaries, silences, firstTime, signal });
  }
  await beforePlacing?.(path);
  await file.place(overwrite);
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

class EncodedFile implements FileSink {
  readonly #plan: FilePlan;
  readonly #file: WrittenFile;
  readonly #planned: PlannedSound;
  readonly #nut: NutWriter;
  /** Whether the last frame is written once more, see {@link closesLate}. */
  readonly #isClosed: boolean;
  #sound: Sound | null = null;
  #frames = 0;
  #firstTime = 0;
  #lastTime = 0;
  #last: AnonymizedFrame | null = null;

  constructor(plan: FilePlan, { file, sound }: SoundingFile) {
    this.#plan = plan;
    this.#file = file;
    this.#planned = sound;
    this.#isClosed = closesLate(plan);
    this.#nut = rawWriter(plan);
  }

  get notes(): readonly string[] {
    return notesOf(this.#plan, this.#sound);
  }

  async write(frame: AnonymizedFrame): Promise<void> {
    this.#sound ??= await this.#planned.settled;
    if (!this.#file.hasStarted) {
      this.#firstTime = ticksToSeconds(frame.pts, this.#plan.options.info.timeBase);
      this.#file.start(encodeArgs(this.#plan.encodeOptions(this.#firstTime, this.#sound, this.#file.path)));
      await this.#file.send(this.#nut.header());
    }
    const before = this.#last;
    if (this.#isClosed) this.#last = frame;
    await this.#encode(frame.pts, frame, this.#isClosed ? before?.release : frame.release);
    this.#lastTime = frame.time;
  }

  async finish(beforePlacing?: (path: string) => Promise<void>): Promise<void> {
    if (this.#last !== null) {
      const { num, den } = this.#plan.options.info.timeBase;
      const pts = Math.round((endAfter(this.#lastTime, this.#plan.options) * den) / num);
      await this.#encode(Math.max(pts, this.#last.pts + 1), this.#last);
    }
    const [file, sound] = [this.#file, this.#planned];
    const facts = { frames: this.#frames, firstTime: this.#firstTime, lastTime: this.#lastTime };
    await finishFile({ plan: this.#plan, file, sound, settled: this.#sound, ...facts }, beforePlacing);
  }

  async abort(): Promise<void> {
    this.#planned.stop();
    await this.#file.abort();
  }

  /** @param onSent called when the frame is written: the one before is written then, too */
  async #encode(pts: number, { data }: AnonymizedFrame, onSent?: () => void): Promise<void> {
    const { options, size } = this.#plan;
    const [head, pixels] = this.#nut.frame(pts, padToEven(data, options.info, size, options.info.format));
    await this.#file.send(head);
    await this.#file.send(pixels, onSent);
    this.#frames += 1;
  }
}

/**
 * Whether the last frame is written once more, at the end. For builds before ffmpeg 4.4, which give the last frame of an
 * .mp4 no duration: players then leave it out. The copy takes that part: it ends the frame before it.
 */
export function closesLate({ support, muxer }: Pick<FilePlan, 'support' | 'muxer'>): boolean {
  return !support.packetDurations && (muxer === 'mp4' || muxer === 'mov');
}

/** Writes raw frames for ffmpeg. */
export function rawWriter({ size, options }: FilePlan, nominalRate?: Rational): NutWriter {
  const { timeBase, format } = options.info;
  return new NutWriter({
    ...{ ...size, timeBase },
    ...(format === 'gbrp' ? {} : { format }),
    ...(nominalRate === undefined ? {} : { nominalRate }),
  });
}
