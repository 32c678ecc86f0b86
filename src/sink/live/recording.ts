import { closeSync, openSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import type { NutVideo } from '../../ffmpeg/nut/writer.ts';
import type { LiveFrame, LiveOutput } from '../../frame/live-output.ts';
import type { Logger } from '../../logger.ts';
import { muxerOf } from '../muxer.ts';
import { fileErrorCode, outputError } from '../output-error.ts';
import { checkTarget } from '../target.ts';
import { FfmpegOutput } from './ffmpeg-output.ts';
import { recordArgs, type LiveEncoding } from './live-encode-args.ts';

export interface RecordingOptions {
  readonly path: string;
  /** Replace the first file if it exists. Further files never replace any. */
  readonly overwrite: boolean;
  /** Seconds after which another file is begun, or null. */
  readonly segment: number | null;
  /** The source, which the recording must not overwrite if it is a file. */
  readonly input: string;
  readonly encoding: LiveEncoding;
  readonly video: NutVideo;
  readonly frameRate: number;
  readonly binaries: Binaries;
  readonly logger: Logger;
}

/** Limit of files per recording: only a fault makes more. */
const MOST_PARTS = 99_999;

/** Seconds of frames that may wait for the encoder. */
const PATIENCE = 1.5;

/** Time for waiting frames and the end of the file, milliseconds: without it the recording loses them. */
const CLOSING = 20_000;

/**
 * Records to `film.mp4`, and to `film-002.mp4`, `film-003.mp4` … for each further segment, after each failure, and
 * after each restart by the user.
 */
export class Recording implements LiveOutput {
  readonly name: string;
  readonly #options: RecordingOptions;
  readonly #closing = new Set<Promise<void>>();
  #part = 0;
  readonly #files: string[] = [];
  #droppedBefore = 0;
  #failuresBefore = 0;
  #current: FfmpegOutput | null = null;
  #currentFrom = 0;
  #isRecording = true;
  #isFirst = true;

  private constructor(options: RecordingOptions) {
    this.name = options.path;
    this.#options = options;
  }

  /** @throws VeilError OUTPUT_EXISTS, OUTPUT_UNWRITABLE, OUTPUT_IS_INPUT, CONFIG_INVALID before anything is recorded */
  static async open(options: RecordingOptions): Promise<Recording> {
    muxerOf(options.path);
    const { path, overwrite, input } = options;
    const target = await checkTarget({ path, overwrite, input, kind: 'video' });
    return new Recording({ ...options, path: target });
  }

  get isRecording(): boolean {
    return this.#isRecording;
  }

  get dropped(): number {
    return this.#droppedBefore + (this.#current?.dropped ?? 0);
  }

  get failures(): number {
    return this.#failuresBefore + (this.#current?.failures ?? 0);
  }

  get files(): readonly string[] {
    return this.#files;
  }

  write(live: LiveFrame): void {
    if (!this.#isRecording) return;
    const { segment } = this.#options;
    if (segment !== null && live.frame.time - this.#currentFrom >= segment) this.#endPart();
    if (this.#current === null) {
      this.#current = this.#begin();
      this.#currentFrom = live.frame.time;
    }
    this.#current.write(live);
  }

  /** Starts a further file, or finishes the current one. */
  async record(isOn: boolean): Promise<void> {
    this.#isRecording = isOn;
    if (!isOn) {
      this.#endPart();
      await Promise.all(this.#closing);
    }
  }

  async close(): Promise<void> {
    this.#isRecording = false;
    this.#endPart();
    await Promise.all(this.#closing);
  }

  #endPart(): void {
    const ended = this.#current;
    if (ended === null) return;
    this.#current = null;
    this.#droppedBefore += ended.dropped;
    this.#failuresBefore += ended.failures;
    const closing = ended.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #begin(): FfmpegOutput {
    const { encoding, video, frameRate, binaries, logger, path } = this.#options;
    let file: string | null = null;
    return new FfmpegOutput({
      name: this.name,
      ffmpeg: binaries.ffmpeg.path,
      video,
      args: () => {
        // Reuse a file in which the last encoder wrote nothing: otherwise a full disk fills up with empty files.
        if (file === null || !isEmpty(file)) file = this.#nextFile();
        return recordArgs(encoding, muxerOf(path), file);
      },
      hasSound: encoding.hasSound,
      queue: Math.ceil(PATIENCE * frameRate),
      closing: CLOSING,
      logger,
    });
  }

  /** Creates the next file, empty, so that no other program takes its name. */
  #nextFile(): string {
    const { path, overwrite } = this.#options;
    const ending = extname(path);
    while (this.#part < MOST_PARTS) {
      this.#part += 1;
      const name = this.#part === 1 ? path : numbered(path, ending, this.#part);
      const mode = this.#isFirst && overwrite ? 'w' : 'wx';
      this.#isFirst = false;
      try {
        closeSync(openSync(name, mode));
        this.#files.push(name);
        if (this.#part > 1) this.#options.logger.info(`Recording to ${name}.`);
        return name;
      } catch (error) {
        if (fileErrorCode(error) !== 'EEXIST') throw outputError(error, name);
      }
    }
    throw outputError(null, path);
  }
}

function isEmpty(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

function numbered(path: string, ending: string, part: number): string {
  return `${path.slice(0, path.length - ending.length)}-${String(part).padStart(3, '0')}${ending}`;
}
