import { existsSync } from 'node:fs';
import { interrupted, VeilError } from '../../errors.ts';
import { startFfmpeg, type FfmpegProcess } from '../../ffmpeg/process.ts';
import { roomOrEnd } from '../../ffmpeg/room-or-end.ts';
import { diskFullError } from '../output-error.ts';
import type { TemporaryFile } from '../temporary-file.ts';
import { goneError, inputChangedError } from './gone-errors.ts';

export interface WrittenFileOptions {
  readonly ffmpeg: string;
  /** Path of the output file, for messages. */
  readonly output: string;
  readonly input: string;
  readonly temporary: TemporaryFile;
  readonly signal?: AbortSignal | undefined;
}

/** A file that ffmpeg writes under a temporary name from the data sent to it. */
export class WrittenFile {
  readonly #options: WrittenFileOptions;
  #ffmpeg: FfmpegProcess | null = null;

  constructor(options: WrittenFileOptions) {
    this.#options = options;
  }

  /** Path of the unfinished file. */
  get path(): string {
    return this.#options.temporary.path;
  }

  get hasStarted(): boolean {
    return this.#ffmpeg !== null;
  }

  start(args: readonly string[]): void {
    const { ffmpeg, signal } = this.#options;
    this.#ffmpeg = startFfmpeg(ffmpeg, args, { stdin: true, signal });
  }

  /**
   * Resolves when ffmpeg accepts more data; rejects if it has ended, for any reason.
   *
   * @param onSent called when the chunk is written, which implies that all earlier ones are
   */
  async send(chunk: Uint8Array, onSent?: () => void): Promise<void> {
    const stdin = this.#running.stdin;
    if (stdin === null) throw new VeilError('INTERNAL', 'The encoder has no input.');
    if (!stdin.destroyed && stdin.write(chunk, onSent)) return;
    if (!stdin.destroyed) await roomOrEnd(stdin);
    if (!stdin.destroyed) return;
    await this.#checkExit();
    throw this.#failed('it ended before the video did');
  }

  /** Ends the input. @throws VeilError INTERRUPTED, OUTPUT_DISK_FULL, ENCODER_FAILED unless ffmpeg succeeds */
  async end(): Promise<void> {
    this.#running.stdin?.end();
    await this.#checkExit();
  }

  place(overwrite: boolean): Promise<void> {
    return this.#options.temporary.place(overwrite);
  }

  async abort(): Promise<void> {
    await this.#ffmpeg?.stop();
    await this.#options.temporary.remove();
  }

  get #running(): FfmpegProcess {
    if (this.#ffmpeg === null) throw new VeilError('INTERNAL', 'A file without a frame was to be written.');
    return this.#ffmpeg;
  }

  async #checkExit(): Promise<void> {
    const { output, input } = this.#options;
    const { code, signal, stderr } = await this.#running.exited;
    if (this.#options.signal?.aborted === true) throw interrupted();
    // ffmpeg 4 and 5 exit with 0 if only the last write failed, so their messages count as well.
    if (signal === 'SIGXFSZ' || /No space left on device|File too large|Disk quota exceeded/.test(stderr)) {
      throw diskFullError(output, stderr);
    }
    if (code === 0) return;
    if (!existsSync(this.path)) throw goneError(output);
    if (!existsSync(input)) throw inputChangedError(input, 'was removed');
    throw this.#failed(
      signal === null ? (stderr.split('\n').at(-1) ?? '') : `it was ended by ${signal}`,
      stderr,
    );
  }

  #failed(reason: string, cause?: string): VeilError {
    return new VeilError(
      'ENCODER_FAILED',
      `${this.#options.output} could not be encoded: ${reason.slice(0, 300)}.`,
      { hint: 'Nothing was left behind. More with --verbose.', cause },
    );
  }
}
