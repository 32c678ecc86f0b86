import { VeilError } from '../../errors.ts';
import { FrameStore } from './frame-store.ts';
import { proxyFrames, type ProxyOptions } from './proxy.ts';

export interface FootageOptions extends Omit<ProxyOptions, 'signal'> {
  readonly signal: AbortSignal;
  /** Called when more frames are available, and when all are. */
  readonly onMore: () => void;
}

/** Interval between announcements of new frames. */
const PACE_MS = 250;

/** The frames of a video for a review: read once in the background, then available in any order. */
export class Footage implements AsyncDisposable {
  readonly #options: FootageOptions;
  readonly #store = new FrameStore();
  readonly #times: number[] = [];
  readonly #cuts: number[] = [];
  readonly #reading: Promise<void>;
  readonly #stop = new AbortController();
  #waiting: (() => void)[] = [];
  #problem: unknown = null;

  constructor(options: FootageOptions) {
    this.#options = options;
    this.#reading = this.#read(AbortSignal.any([options.signal, this.#stop.signal]));
  }

  /** Number of available frames. */
  get count(): number {
    return this.#store.count;
  }

  get total(): number {
    return this.#options.video.frames;
  }

  /** Times of the available frames, seconds. */
  get times(): readonly number[] {
    return this.#times;
  }

  /** First frames of new scenes, ascending. */
  get cuts(): readonly number[] {
    return this.#cuts;
  }

  /** Why no more frames come; null while they do. */
  get problem(): unknown {
    return this.#problem;
  }

  /**
   * A frame as JPEG; waits until it has been read.
   *
   * @throws VeilError INTERNAL for an index outside the video, or the reason why the video can't be read further
   */
  async jpeg(index: number): Promise<Buffer> {
    if (index < 0 || index >= this.total) throw new VeilError('INTERNAL', `There is no frame ${index}.`);
    while (index >= this.#store.count) {
      if (this.#problem !== null) throw this.#problem as Error;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    return this.#store.get(index);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#reading;
    await this.#store[Symbol.asyncDispose]();
  }

  async #read(signal: AbortSignal): Promise<void> {
    let told = 0;
    try {
      for await (const { jpeg, time, index, isCut } of proxyFrames({ ...this.#options, signal })) {
        this.#times.push(time);
        if (isCut) this.#cuts.push(index);
        await this.#store.add(jpeg);
        this.#wake();
        if (performance.now() - told < PACE_MS) continue;
        told = performance.now();
        this.#options.onMore();
      }
    } catch (error) {
      this.#problem = error;
    }
    this.#wake();
    if (!signal.aborted) this.#options.onMore();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
