import { Backoff } from '../../base/backoff.ts';
import { NutWriter, type NutVideo } from '../../ffmpeg/nut/writer.ts';
import { lastLine, startFfmpeg, type FfmpegProcess, type ProcessEnd } from '../../ffmpeg/process.ts';
import type { LiveFrame, LiveOutput } from '../../frame/live-output.ts';
import type { Logger } from '../../logger.ts';
import { reasonOf } from '../../base/reason.ts';

export interface FfmpegOutputOptions {
  readonly name: string;
  readonly ffmpeg: string;
  readonly video: NutVideo;
  /** Builds the arguments for each start, since the target may be a new file. An error means: try again later. */
  readonly args: () => readonly string[];
  /** Whether its second input is the audio. */
  readonly hasSound: boolean;
  /** Limit of frames waiting for the encoder; further ones are dropped. */
  readonly queue: number;
  /** Time for the last frames when it is closed, milliseconds. Default: 2000. */
  readonly closing?: number;
  readonly logger: Logger;
}

/** Limit of waiting bytes, regardless of the queue. */
const BUDGET = 96 * 1024 * 1024;

/** Limit of waiting audio, bytes: many seconds. */
const SOUND_BUDGET = 4 * 1024 * 1024;

/** Delay before a restart, milliseconds; it doubles with each failure. A long run resets it. */
const BACKOFF = { first: 500, most: 10_000 };

/** An encoder whose queue is full for this long counts as hung, milliseconds. */
const HUNG = 10_000;

/** Time for the last frames, milliseconds: viewers of a live run hardly miss them. */
const CLOSING = 2000;

/**
 * A live output through a separate ffmpeg process. The run never waits for it: frames that find no room are dropped and
 * counted, and an ffmpeg that dies or hangs is restarted.
 */
export class FfmpegOutput implements LiveOutput {
  readonly name: string;
  readonly #options: FfmpegOutputOptions;
  readonly #nut: NutWriter;
  readonly #mostBytes: number;
  #encoder: FfmpegProcess | null = null;
  #startedAt = 0;
  #roomAt = 0;
  #notBefore = 0;
  readonly #backoff = new Backoff(BACKOFF);
  #dropped = 0;
  #failures = 0;
  #isClosed = false;
  #isTold = false;

  constructor(options: FfmpegOutputOptions) {
    const { video, queue } = options;
    this.name = options.name;
    this.#options = options;
    this.#nut = new NutWriter(video);
    this.#mostBytes = Math.min(BUDGET, queue * video.width * video.height * 1.5);
  }

  get dropped(): number {
    return this.#dropped;
  }

  get failures(): number {
    return this.#failures;
  }

  write({ frame, sound }: LiveFrame): void {
    if (this.#isClosed) return;
    const now = performance.now();
    // Audio covers the time since the last frame; the first frame has none, so that audio and picture start together.
    if (sound !== undefined) this.#writeSound(sound);
    const encoder = this.#encoder ?? this.#start(now);
    const stdin = encoder?.stdin;
    if (stdin === undefined || stdin === null || stdin.destroyed) {
      this.#dropped += 1;
      return;
    }
    if (stdin.writableLength > this.#mostBytes) {
      this.#drop(now);
      return;
    }
    this.#roomAt = now;
    this.#isTold = false;
    // The buffer is shared between outputs; none of them changes it.
    for (const part of this.#nut.frame(frame.pts, frame.data)) stdin.write(part);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const encoder = this.#encoder;
    this.#encoder = null;
    if (encoder === null) return;
    encoder.stdin?.end();
    encoder.secondInput?.end();
    const timer = setTimeout(() => void encoder.stop(), this.#options.closing ?? CLOSING);
    try {
      const { code, stderr } = await encoder.exited;
      if (code !== 0) this.#options.logger.warn(`${this.name} did not end well. ${lastLine(stderr)}`);
    } catch (error) {
      this.#options.logger.warn(`${this.name} did not end well. ${String(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Writes audio even if the frame is dropped: otherwise later audio would play too early. */
  #writeSound(sound: Uint8Array): void {
    const pipe = this.#encoder?.secondInput;
    if (pipe === undefined || pipe === null || pipe.destroyed) return;
    if (pipe.writableLength < SOUND_BUDGET) pipe.write(sound);
    // Lost audio breaks the sync for good; a new encoder starts in sync.
    else void this.#encoder?.stop();
  }

  #start(now: number): FfmpegProcess | null {
    if (now < this.#notBefore) return null;
    let args: readonly string[];
    try {
      args = this.#options.args();
    } catch (error) {
      this.#failed(now, reasonOf(error));
      return null;
    }
    const encoder = startFfmpeg(this.#options.ffmpeg, args, {
      stdin: true,
      hasSecondInput: this.#options.hasSound,
      isDetached: true,
    });
    this.#encoder = encoder;
    this.#startedAt = now;
    this.#roomAt = now;
    encoder.stdin?.write(this.#nut.header());
    encoder.exited.then(
      (end) => {
        this.#ended(encoder, describe(end));
      },
      (error: unknown) => {
        this.#ended(encoder, String(error));
      },
    );
    return encoder;
  }

  #drop(now: number): void {
    this.#dropped += 1;
    if (!this.#isTold) this.#options.logger.warn(`${this.name} is too slow: frames are dropped.`);
    this.#isTold = true;
    if (now - this.#roomAt < HUNG) return;
    this.#roomAt = now;
    // Its exit is handled like any other.
    void this.#encoder?.stop();
  }

  #ended(encoder: FfmpegProcess, reason: string): void {
    if (encoder !== this.#encoder) return;
    this.#encoder = null;
    const now = performance.now();
    this.#failed(now, reason, now - this.#startedAt);
  }

  /** @param ranFor milliseconds since it was started */
  #failed(now: number, reason: string, ranFor = 0): void {
    const wait = this.#backoff.next(ranFor);
    this.#failures += 1;
    this.#options.logger.warn(`${this.name} failed: ${reason}. Next try in ${wait / 1000} s.`);
    this.#notBefore = now + wait;
  }
}

function describe({ code, signal, stderr }: ProcessEnd): string {
  if (signal !== null) return `its encoder was ended by ${signal}`;
  return code === 0 ? 'its encoder ended' : lastLine(stderr);
}
