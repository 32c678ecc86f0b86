import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../../base/backoff.ts';
import { wallClock } from '../../base/clock.ts';
import { Deferred } from '../../base/deferred.ts';
import { median } from '../../base/median.ts';
import { VeilError } from '../../errors.ts';
import { ticksToSeconds, type Frame, type Picture, type PictureSize } from '../../frame/frame.ts';
import { isDoubtfulShape } from '../pixel-shape.ts';
import { CaptureClock } from './capture-clock.ts';
import { liveDecodeArgs, LIVE_TICKS } from './live-decode-args.ts';
import { liveInputName } from './live-input.ts';
import { LiveSession, ticksToMilliseconds } from './live-session.ts';
import type { LiveInfo, LiveListener, LiveSource, LiveSourceOptions } from './live-source.ts';
import { FrameMatcher } from '../frame-matcher.ts';
import { StartupBurstFilter } from './startup-burst-filter.ts';
import type { FfmpegFeatures } from '../../ffmpeg/features.ts';
import type { ColorInfo } from '../../ffmpeg/probe.ts';
import { BT709, canToneMap } from '../../ffmpeg/tone-map.ts';
import { isHdr, liveColor, type StreamInfo } from './parse-stream-info.ts';

/** Frames, and milliseconds, over which the frame rate is measured. */
const MEASURED = { frames: 8, time: 500 };

/** Frames, and pictures of each size, to keep until their counterpart comes. */
const REMEMBERED = 64;

/** A source must show within this time that it has audio, milliseconds. */
const SOUND_MAY_TAKE = 2000;

/** The reason for reopening a source that turns out to be HDR, or no longer is. */
const CONVERTED = 'HDR is converted to SDR';

/** Delay before a lost source is reopened, milliseconds; it doubles. */
const BACKOFF = { first: 500, most: 10_000 };

/** A source that is reopened whenever it is lost, and whose frames continue in true time. */
export class ReconnectingSource implements LiveSource {
  readonly name: string;
  readonly #options: LiveSourceOptions;
  readonly #features: Pick<FfmpegFeatures, 'fpsMode' | 'filters'>;
  readonly #closing = new AbortController();
  readonly #done: Promise<void>;
  readonly #opened = new Deferred<LiveInfo>();
  #session: LiveSession | null = null;
  #listener: LiveListener | null = null;
  #size: PictureSize | null = null;
  #info: LiveInfo | null = null;
  #startedAt: number | null = null;
  #index = 0;
  #lastPts = -1;
  #reopening: string | null = null;
  /** Null until known. */
  #hasSound: boolean | null = null;
  #described: StreamInfo | null = null;
  /** Colours of a source whose HDR is converted; null for SDR, and until HDR is detected. */
  #hdr: ColorInfo | null = null;
  #isPlaying = false;
  /** Resolves when there is a listener, or the source was closed. */
  readonly #begun = new Deferred<void>();

  constructor(options: LiveSourceOptions, features: Pick<FfmpegFeatures, 'fpsMode' | 'filters'>) {
    this.#options = options;
    this.#features = features;
    this.name = liveInputName(options.input);
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (options.signal?.aborted === true) this.#onAbort();
    this.#done = this.#run();
  }

  get opened(): Promise<LiveInfo> {
    return this.#opened.promise;
  }

  get info(): LiveInfo {
    if (this.#info === null) throw new VeilError('INTERNAL', 'The source is not open.');
    return this.#info;
  }

  start(listener: LiveListener): void {
    this.#listener = listener;
    this.#begun.resolve();
    if (this.#options.input.kind === 'file') void this.#session?.stop();
    else this.#isPlaying = true;
  }

  async reopen(reason: string): Promise<void> {
    this.#reopening = reason;
    await this.#session?.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener = null;
    this.#onAbort();
    await this.#done;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => {
    this.#closing.abort();
    this.#begun.resolve();
    void this.#session?.stop();
    this.#opened.reject(new VeilError('INTERRUPTED', 'Stopped before the source was open.'));
  };

  async #run(): Promise<void> {
    const backoff = new Backoff(BACKOFF);
    while (!this.#isClosed()) {
      const startedAt = performance.now();
      const reason = await this.#play();
      if (this.#isClosed()) return;
      // The file was opened for measuring. It plays from its start when there is a listener.
      if (this.#options.input.kind === 'file' && this.#info !== null && !this.#isPlaying) {
        await this.#begun.promise;
        this.#isPlaying = true;
        continue;
      }
      if (this.#isOver(reason)) return;
      const why = this.#reopening ?? reason ?? 'it ended';
      this.#reopening = null;
      const wait = backoff.next(performance.now() - startedAt);
      this.#options.logger.warn(`${this.name} is lost (${why}). Next try in ${wait / 1000} s.`);
      this.#listener?.lost(why);
      await sleep(wait, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Whether the source has ended for good, or can't be used at all. */
  #isOver(reason: string | null): boolean {
    if (this.#info === null) {
      if (this.#described !== null && isHdr(this.#described) && this.#hdr === null) {
        this.#opened.reject(
          new VeilError(
            'INPUT_UNSUPPORTED',
            `${this.name} is HDR video, which this ffmpeg cannot convert properly.`,
            {
              hint: 'Use an ffmpeg with zscale (FFMPEG_PATH), or set the camera or the sender to SDR.',
            },
          ),
        );
        return true;
      }
      const shape = this.#described?.pixelShape ?? null;
      if (shape !== null && isDoubtfulShape(shape)) {
        this.#opened.reject(
          new VeilError(
            'INPUT_UNSUPPORTED',
            `${this.name} asks for pixels ${shape.num}:${shape.den} as wide as high.`,
            {
              hint: 'No camera makes such pixels, and faces hide in them. Set the sender to square ones.',
            },
          ),
        );
        return true;
      }
      if (this.#options.input.kind === 'stream' || this.#reopening === CONVERTED) return false;
      this.#opened.reject(
        new VeilError(
          reason === null ? 'INPUT_NO_FRAMES' : 'INPUT_UNREADABLE',
          `${this.name} gives no picture${reason === null ? '' : `: ${reason}`}.`,
          { hint: 'Cameras of this machine, and what they offer: veil live --list.' },
        ),
      );
      return true;
    }
    if (this.#options.input.kind !== 'file' || reason !== null) return false;
    this.#listener?.ended();
    return true;
  }

  async #play(): Promise<string | null> {
    const { input, args, looks, lookPace, binaries, sound } = this.#options;
    const clock = new CaptureClock();
    const pace = new StartupBurstFilter();
    const matcher = new FrameMatcher<Picture>({ sizes: looks.length, most: REMEMBERED });
    const match = (): void => {
      for (let next = matcher.next(); next !== null; next = matcher.next()) {
        this.#listener?.pictures(next.index, next.pictures);
      }
    };
    const warmUp: number[] = [];
    let listened: LiveListener | null = null;
    this.#session = new LiveSession({
      ffmpeg: binaries.ffmpeg.path,
      args: liveDecodeArgs({
        input: args,
        isPaced: input.kind === 'file',
        size: this.#size,
        looks,
        lookPace,
        hasSound: sound,
        hdr: this.#hdr,
        fpsMode: this.#features.fpsMode,
      }),
      looks,
      hasSound: sound,
      events: {
        described: (picture) => {
          this.#described = picture;
          if (isHdr(picture) === (this.#hdr !== null)) return;
          const canConvert = canToneMap(this.#features.filters);
          this.#hdr = isHdr(picture) && canConvert ? picture.color : null;
          void this.reopen(CONVERTED);
        },
        soundOpened: (isThere) => {
          this.#hasSound ??= isThere;
        },
        sound: (timestamp, samples) => {
          const capturedAt = clock.timeOf(timestamp);
          if (capturedAt !== null && this.#isPlaying) this.#listener?.sound(capturedAt, samples);
        },
        opened: (size) => {
          this.#size ??= size;
          const { width, height } = this.#size;
          if (size.width !== width || size.height !== height) throw new Error('its picture changed its size');
        },
        frame: (pts, data) => {
          const timestamp = ticksToMilliseconds(pts);
          const now = wallClock();
          const capturedAt = clock.capturedAt(timestamp, now);
          // Skip the startup burst, except for a file: it is paced from its beginning, and needs all frames.
          if (input.kind !== 'file' && !pace.add(timestamp, now)) return;
          if (this.#info === null) this.#measure(warmUp, timestamp);
          if (this.#info === null || this.#listener === null || !this.#isPlaying) return;
          const frame = this.#frame(data, capturedAt);
          const isFirst = listened !== this.#listener;
          listened = this.#listener;
          this.#listener.frame({ frame, capturedAt, isFirst });
          // After the frame: its pictures may have come already, and the listener must know the frame first.
          matcher.addFrame(pts, frame.index);
          match();
        },
        picture: (position, pts, picture) => {
          matcher.addPicture(position, pts, picture);
          match();
        },
      },
    });
    if (this.#closing.signal.aborted) await this.#session.stop();
    return this.#session.ended;
  }

  /** A frame in true time, however late, jittery or often reopened the source is. */
  #frame(data: Uint8Array, capturedAt: number): Frame {
    const { width, height, timeBase } = this.info;
    this.#startedAt ??= capturedAt;
    const pts = Math.max(this.#lastPts + 1, Math.round((capturedAt - this.#startedAt) * (LIVE_TICKS / 1000)));
    this.#lastPts = pts;
    const index = this.#index;
    this.#index += 1;
    return { index, pts, time: ticksToSeconds(pts, timeBase), width, height, format: 'yuv420p', data };
  }

  #measure(timestamps: number[], timestamp: number): void {
    timestamps.push(timestamp);
    const passed = timestamp - timestamps[0]!;
    if (timestamps.length < MEASURED.frames || passed < MEASURED.time || this.#size === null) return;
    // A stream that announces audio may never send any.
    if (this.#options.sound && this.#hasSound === null && passed < SOUND_MAY_TAKE) return;
    // The median ignores a single late frame, or two at once.
    const rate = 1000 / median(timestamps.slice(1).map((each, index) => each - timestamps[index]!));
    const frameRate = { num: Math.round(1000 * Math.min(120, Math.max(5, rate))), den: 1000 };
    this.#info = {
      ...this.#size,
      color: this.#hdr === null ? liveColor(this.#described) : BT709,
      hasSound: this.#hasSound === true,
      timeBase: { num: 1, den: LIVE_TICKS },
      frameRate,
    };
    this.#opened.resolve(this.#info);
  }
}
