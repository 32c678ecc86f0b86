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
  /** The arguments of each start: the target may have to be another file. Throwing means: try again later. */
  readonly args: () => readonly string[];
  /** Its second input is the sound of the frames. */
  readonly hasSound: boolean;
  /** Frames that may wait for the encoder; those beyond are dropped. */
  readonly queue: number;
  readonly logger: Logger;
}

/** Bytes that may wait, whatever the queue allows. */
const BUDGET = 96 * 1024 * 1024;

/** Bytes of sound that may wait: many seconds. */
const SOUND_BUDGET = 4 * 1024 * 1024;

/** Milliseconds before it is started again, doubling from failure to failure. A run that lasted resets it. */
const BACKOFF = { first: 500, most: 10_000 };

/** Milliseconds without room in its queue after which an encoder counts as hung. */
const HUNG = 10_000;

/** Milliseconds that an encoder may take for its last frames when it is closed. */
const CLOSING = 2000;

/**
 * A live output that is an ffmpeg of its own. The run never waits for it: frames that find no room are
 * dropped and counted, and an ffmpeg that dies or hangs is started again.
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
    // Of the time since the last frame: the first has none, so that sound and picture begin together.
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
    // The buffer is shared with other outputs, which do not change it either.
    for (const part of this.#nut.frame(frame.pts, frame.data)) stdin.write(part);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const encoder = this.#encoder;
    this.#encoder = null;
    if (encoder === null) return;
    encoder.stdin?.end();
    encoder.secondInput?.end();
    const timer = setTimeout(() => void encoder.stop(), CLOSING);
    try {
      const { code, stderr } = await encoder.exited;
      if (code !== 0) this.#options.logger.warn(`${this.name} did not end well. ${lastLine(stderr)}`);
    } catch (error) {
      this.#options.logger.warn(`${this.name} did not end well. ${String(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Also where the frame is dropped: later sound would be heard too early. */
  #writeSound(sound: Uint8Array): void {
    const pipe = this.#encoder?.secondInput;
    if (pipe === undefined || pipe === null || pipe.destroyed) return;
    if (pipe.writableLength < SOUND_BUDGET) pipe.write(sound);
    // Lost sound cannot be put in order again; a new encoder begins anew.
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
    // Its end is seen like that of any other.
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
