import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../../base/backoff.ts';
import { wallClock } from '../../base/clock.ts';
import { Deferred } from '../../base/deferred.ts';
import { VeilError } from '../../errors.ts';
import { lastLine, startFfmpeg, type FfmpegProcess } from '../../ffmpeg/process.ts';
import type { Logger } from '../../logger.ts';
import { CaptureClock } from './capture-clock.ts';
import type { LiveListener, LiveSource } from './live-source.ts';
import { microphoneArgs, microphoneName, type MicrophoneInput } from './microphone-input.ts';
import { SOUND } from './audio-args.ts';

/** A microphone must deliver its first audio within this time, milliseconds. */
const FIRST = 5000;

/** Delay before a lost microphone is reopened, milliseconds; it doubles. */
const BACKOFF = { first: 500, most: 10_000 };

/**
 * A source with the audio of a microphone. The microphone runs separately from the picture: an unplugged one is silent
 * until it is back, and the picture continues.
 *
 * @throws VeilError INPUT_UNREADABLE if it delivers no audio; the source stays open
 */
export async function withMicrophone(
  source: LiveSource,
  input: MicrophoneInput,
  { ffmpeg, logger }: { readonly ffmpeg: string; readonly logger: Logger },
): Promise<LiveSource> {
  const microphone = new Microphone(input, ffmpeg, logger);
  try {
    await microphone.opened;
  } catch (error) {
    await microphone.close();
    throw error;
  }
  return {
    info: { ...source.info, hasSound: true },
    name: source.name,
    start: (listener) => {
      microphone.listener = listener;
      source.start(listener);
    },
    reopen: (reason) => source.reopen(reason),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([microphone.close(), source[Symbol.asyncDispose]()]);
    },
  };
}

class Microphone {
  listener: Pick<LiveListener, 'sound'> | null = null;
  readonly #input: MicrophoneInput;
  readonly #ffmpeg: string;
  readonly #logger: Logger;
  readonly #closing = new AbortController();
  readonly #done: Promise<void>;
  readonly #opened = new Deferred<void>();
  #isOpen = false;
  #process: FfmpegProcess | null = null;

  constructor(input: MicrophoneInput, ffmpeg: string, logger: Logger) {
    this.#input = input;
    this.#ffmpeg = ffmpeg;
    this.#logger = logger;
    this.#done = this.#run();
  }

  /** @throws VeilError INPUT_UNREADABLE if it delivers no audio */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  async close(): Promise<void> {
    this.listener = null;
    this.#closing.abort();
    await this.#process?.stop();
    await this.#done;
  }

  async #run(): Promise<void> {
    const name = microphoneName(this.#input);
    const backoff = new Backoff(BACKOFF);
    for (;;) {
      const startedAt = performance.now();
      const reason = await this.#listen();
      if (this.#closing.signal.aborted) return;
      if (!this.#isOpen) {
        this.#opened.reject(
          new VeilError('INPUT_UNREADABLE', `There is no sound from ${name}: ${reason}.`, {
            hint: 'Microphones of this machine: veil live --list.',
          }),
        );
        return;
      }
      const wait = backoff.next(performance.now() - startedAt);
      this.#logger.warn(`Lost ${name} (${reason}): it is silent. Next try in ${wait / 1000} s.`);
      await sleep(wait, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      if (this.#isClosed()) return;
    }
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Runs until it ends; returns the reason. */
  async #listen(): Promise<string> {
    const running = startFfmpeg(
      this.#ffmpeg,
      [
        ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error', ...microphoneArgs(this.#input)],
        ...['-map', '0:a:0', '-c:a', 'pcm_s16le', '-ar', String(SOUND.rate), '-ac', String(SOUND.channels)],
        ...['-flush_packets', '1', '-f', 's16le', 'pipe:1'],
      ],
      { outputs: 1, isDetached: true },
    );
    this.#process = running;
    const problems: string[] = [];
    const timer = setTimeout(() => {
      problems.push(`nothing came for ${FIRST / 1000} s`);
      void running.stop();
    }, FIRST);
    try {
      await this.#take(running, timer);
    } catch (error) {
      // The pipe was closed on purpose; otherwise the exit of ffmpeg tells the reason.
      this.#logger.debug(String(error));
    } finally {
      clearTimeout(timer);
    }
    try {
      const { signal, stderr } = await running.exited;
      return problems[0] ?? (signal === null ? lastLine(stderr) : `it was ended by ${signal}`);
    } catch (error) {
      return String(error);
    }
  }

  async #take(running: FfmpegProcess, timer: NodeJS.Timeout): Promise<void> {
    const clock = new CaptureClock();
    let samples = 0;
    let rest: Uint8Array = new Uint8Array(0);
    for await (const chunk of running.outputs[0]!) {
      timer.refresh();
      this.#isOpen = true;
      this.#opened.resolve();
      const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      const whole = bytes.length - (bytes.length % SOUND.bytesPerSample);
      rest = bytes.subarray(whole);
      const from = milliseconds(samples);
      samples += whole / SOUND.bytesPerSample;
      // A piece cannot arrive before the capture of its last sample.
      clock.capturedAt(milliseconds(samples), wallClock());
      this.listener?.sound(clock.timeOf(from)!, bytes.subarray(0, whole));
    }
  }
}

function milliseconds(samples: number): number {
  return (1000 * samples) / SOUND.rate;
}
