import type { Progress } from '../../pipeline/file/run-record.ts';
import { shareDone } from './progress.ts';

/** The inputs of a call. */
export interface BatchSize {
  /** Bytes of each input to work on. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Number of inputs that can't even be tried. */
  readonly problems: number;
}

/** Extends a running batch by these inputs, or starts a new one if all was done. */
export function batchWith(size: BatchSize, going: BatchProgress | null): BatchProgress {
  if (going === null || going.ended >= going.total) return new BatchProgress(size);
  going.add(size);
  return going;
}

/** Below this share of work, the remaining time is unknown. */
const LEAST_SHARE = 0.005;

/** Progress of a batch. Bytes stand for work: the length of a video is known only after opening it. */
export class BatchProgress {
  total: number;
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

  /** Adds inputs: a watch may find some while others are in progress. */
  add({ sizes, problems }: BatchSize): void {
    this.total += problems;
    for (const [input, bytes] of sizes) {
      // A changed input comes again.
      if (!this.#endedOnes.delete(input)) this.total += 1;
      this.#left.set(input, bytes);
    }
  }

  /** Number of inputs that have ended, with any result. */
  get ended(): number {
    return this.#endedOnes.size;
  }

  start(input: string): void {
    this.#startedAt ??= this.#now();
    this.#going.set(input, 0);
  }

  progress(input: string, progress: Progress): void {
    const share = shareDone(progress) ?? 0;
    // A first pass over the whole video counts as half of the work.
    if (progress.stage === 'finding') this.#lookedThrough.add(input);
    const isHalf = this.#lookedThrough.has(input);
    const before = progress.stage === 'finding' ? 0 : 0.5;
    this.#going.set(input, isHalf ? before + share / 2 : share);
  }

  /** @param isWork whether the work was done now, so that its time helps to estimate the rest */
  end(input: string, isWork: boolean): void {
    // A finished input may still fail later, if a side product can't be made.
    if (this.#endedOnes.has(input)) return;
    this.#endedOnes.add(input);
    if (isWork) this.#worked += this.#left.get(input) ?? 0;
    this.#left.delete(input);
    this.#going.delete(input);
  }

  /** Seconds until all is done; null if unknown. */
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
