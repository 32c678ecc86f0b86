import type { Progress } from '../../pipeline/file/run-record.ts';
import { shareDone } from './progress.ts';

/** The inputs of a call. */
export interface BatchSize {
  /** Bytes of each input that is worked on. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Inputs that can't even be tried. */
  readonly problems: number;
}

/** Before so much of all is done, nobody knows how long the rest takes. */
const LEAST_SHARE = 0.005;

/** How far a batch is. Bytes stand for work: how long a video is, only opening it tells. */
export class BatchProgress {
  readonly total: number;
  readonly #left: Map<string, number>;
  readonly #going = new Map<string, number>();
  readonly #lookedThrough = new Set<string>();
  readonly #now: () => number;
  readonly #endedOnes = new Set<string>();
  #worked = 0;
  #startedAt: number | null = null;

  constructor({ sizes, problems }: BatchSize, now: () => number = () => performance.now()) {
    this.total = sizes.size + problems;
    this.#left = new Map(sizes);
    this.#now = now;
  }

  /** Inputs that have come to an end, whatever it was. */
  get ended(): number {
    return this.#endedOnes.size;
  }

  start(input: string): void {
    this.#startedAt ??= this.#now();
    this.#going.set(input, 0);
  }

  progress(input: string, progress: Progress): void {
    const share = shareDone(progress) ?? 0;
    // Where all is looked through first, that is half of the work.
    if (progress.stage === 'finding') this.#lookedThrough.add(input);
    const isHalf = this.#lookedThrough.has(input);
    const before = progress.stage === 'finding' ? 0 : 0.5;
    this.#going.set(input, isHalf ? before + share / 2 : share);
  }

  /** @param isWork whether it was done now, and its time says something of the others */
  end(input: string, isWork: boolean): void {
    // What is done may still fail, where a copy for looking at can't be made.
    if (this.#endedOnes.has(input)) return;
    this.#endedOnes.add(input);
    if (isWork) this.#worked += this.#left.get(input) ?? 0;
    this.#left.delete(input);
    this.#going.delete(input);
  }

  /** Seconds until all is done, or null while that can't be told. */
  get secondsLeft(): number | null {
    if (this.#startedAt === null) return null;
    const going = [...this.#going].reduce(
      (sum, [input, share]) => sum + share * (this.#left.get(input) ?? 0),
      0,
    );
    const worked = this.#worked + going;
    const left = [...this.#left.values()].reduce((sum, bytes) => sum + bytes, 0) - going;
    if (worked <= 0 || worked / (worked + left) < LEAST_SHARE) return null;
    return ((this.#now() - this.#startedAt) / 1000) * (left / worked);
  }
}
