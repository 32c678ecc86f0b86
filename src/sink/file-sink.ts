import type { Encoding } from '../config/encoding.ts';
import { VeilError } from '../errors.ts';
import type { Binaries } from '../ffmpeg/binaries.ts';
import { NutWriter } from '../ffmpeg/nut-writer.ts';
import type { ColorInfo, Probe } from '../ffmpeg/probe.ts';
import { startFfmpeg, type FfmpegProcess } from '../ffmpeg/process.ts';
import { ticksToSeconds, type AnonymizedFrame, type PixelFormat, type Rational } from '../frame/frame.ts';
import type { Logger } from '../logger.ts';
import { planAudio } from './audio-plan.ts';
import { checkResult } from './check-result.ts';
import { encodeArgs } from './encode-args.ts';
import { encoderSupportOf, videoEncoderFor } from './encoder-support.ts';
import { muxerOf } from './muxer.ts';
import { diskFullError } from './output-error.ts';
import type { Sink } from './sink.ts';
import { checkTarget } from './target.ts';
import { openTemporaryFile, type TemporaryFile } from './temporary-file.ts';

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
  readonly sampleAspectRatio: Rational;
  readonly binaries: Binaries;
  readonly signal?: AbortSignal | undefined;
  readonly logger: Logger;
}

/** A sink that says what became of the sound and the picture, a sentence each. */
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
  const { output, input, overwrite, encoding, probe, binaries, audio, start, end } = options;
  const muxer = muxerOf(output);
  const support = await encoderSupportOf(binaries.ffmpeg.path);
  const encoder = videoEncoderFor(encoding.codec, support);
  const plan = planAudio(audio === 'keep' ? probe.audio : [], muxer, start !== null || end !== null, support);
  const target = await checkTarget({ path: output, overwrite, input });
  const temporary = await openTemporaryFile(target);
  const notes = [
    ...plan.notes,
    ...(plan.tracks.length > 0 ? ['Voices are kept, and voices identify people.'] : []),
  ];
  const wantsOriginal = plan.tracks.length > 0 || options.keepMetadata;
  const argsFrom = (firstTime: number): string[] =>
    encodeArgs({
      encoding,
      encoder,
      support,
      muxer,
      timeBase: options.info.timeBase,
      firstTime,
      endTime: null,
      sampleAspectRatio: options.sampleAspectRatio,
      color: options.color,
      original: wantsOriginal ? { path: input, start, end, audio: plan.tracks } : null,
      keepMetadata: options.keepMetadata,
      output: temporary.path,
    });
  return new EncodedFile(options, temporary, argsFrom, plan.tracks.length, notes);
}

class EncodedFile implements FileSink {
  readonly notes: readonly string[];
  readonly #options: FileSinkOptions;
  readonly #temporary: TemporaryFile;
  readonly #argsFrom: (firstTime: number) => string[];
  readonly #audioTracks: number;
  readonly #nut: NutWriter;
  #encoder: FfmpegProcess | null = null;
  #frames = 0;

  constructor(
    options: FileSinkOptions,
    temporary: TemporaryFile,
    argsFrom: (firstTime: number) => string[],
    audioTracks: number,
    notes: readonly string[],
  ) {
    this.#options = options;
    this.#temporary = temporary;
    this.#argsFrom = argsFrom;
    this.#audioTracks = audioTracks;
    this.notes = notes;
    this.#nut = new NutWriter(options.info);
  }

  async write(frame: AnonymizedFrame): Promise<void> {
    const encoder = (this.#encoder ??= this.#start(frame.pts));
    const chunks = this.#nut.frame(frame.pts, frame.data);
    for (const chunk of this.#frames === 0 ? [this.#nut.header(), ...chunks] : chunks) {
      await this.#send(encoder, chunk);
    }
    this.#frames += 1;
  }

  async finish(): Promise<void> {
    if (this.#encoder === null) throw new VeilError('INTERNAL', 'A file without a frame was to be finished.');
    this.#encoder.stdin?.end();
    await this.#checkExit(this.#encoder);
    const { output, binaries, keepMetadata, overwrite } = this.#options;
    await checkResult({
      path: this.#temporary.path,
      name: output,
      binaries,
      frames: this.#frames,
      audioTracks: this.#audioTracks,
      keepMetadata,
    });
    await this.#temporary.place(overwrite);
  }

  async abort(): Promise<void> {
    await this.#encoder?.stop();
    await this.#temporary.remove();
  }

  #start(firstPts: number): FfmpegProcess {
    const { binaries, info, signal } = this.#options;
    const args = this.#argsFrom(ticksToSeconds(firstPts, info.timeBase));
    return startFfmpeg(binaries.ffmpeg.path, args, { stdin: true, signal });
  }

  /** Resolves when the encoder has room for more; fails when it has ended, for whatever reason. */
  async #send(encoder: FfmpegProcess, chunk: Uint8Array): Promise<void> {
    const stdin = encoder.stdin;
    if (stdin === null) throw new VeilError('INTERNAL', 'The encoder has no input.');
    if (!stdin.destroyed && stdin.write(chunk)) return;
    const drained = new Promise<'drained'>((resolve) => {
      stdin.once('drain', () => {
        resolve('drained');
      });
    });
    const ended = encoder.exited.then(() => 'ended' as const);
    if ((await Promise.race([drained, ended])) === 'drained') return;
    await this.#checkExit(encoder);
    throw this.#failed('it ended before the video did');
  }

  /** @throws VeilError INTERRUPTED, OUTPUT_DISK_FULL, ENCODER_FAILED unless the encoder ended well */
  async #checkExit(encoder: FfmpegProcess): Promise<void> {
    const { code, signal, stderr } = await encoder.exited;
    if (this.#options.signal?.aborted === true) throw new VeilError('INTERRUPTED', 'Stopped before the end.');
    // ffmpeg 4 and 5 end with 0 when only the last write failed: what they say decides as well.
    if (signal === 'SIGXFSZ' || /No space left on device|File too large|Disk quota exceeded/.test(stderr)) {
      throw diskFullError(this.#options.output, stderr);
    }
    if (code === 0) return;
    throw this.#failed(
      signal === null ? (stderr.split('\n').at(-1) ?? '') : `it was ended by ${signal}`,
      stderr,
    );
  }

  #failed(reason: string, cause?: string): VeilError {
    return new VeilError(
      'ENCODER_FAILED',
      `${this.#options.output} could not be encoded: ${reason.slice(0, 300)}.`,
      {
        hint: 'Nothing was left behind. More with --verbose.',
        cause,
      },
    );
  }
}
