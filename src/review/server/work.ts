import { VeilError } from '../../errors.ts';
import { refused } from '../edits/refuse.ts';
import type { JobName, ReviewMessage } from './protocol.ts';

type Tell = (done: number, total: number | null) => void;

/** Progress is told so often, ms. */
const PACE_MS = 200;

/** What takes a while: one thing at a time, which can be stopped, and tells how far it is. */
export class Work {
  readonly #signal: AbortSignal;
  readonly #say: (message: ReviewMessage) => void;
  #stop: AbortController | null = null;
  #working: Promise<void> = Promise.resolve();
  #endedAt = performance.now();

  constructor(signal: AbortSignal, say: (message: ReviewMessage) => void) {
    this.#signal = signal;
    this.#say = say;
  }

  get isBusy(): boolean {
    return this.#stop !== null;
  }

  /** When the last one ended, by the clock of `performance`. */
  get endedAt(): number {
    return this.#endedAt;
  }

  /**
   * Does something.
   *
   * @throws VeilError EDIT_REFUSED while something else is being done; and what the work throws, unless it was stopped
   */
  async do(name: JobName, work: (signal: AbortSignal, tell: Tell) => Promise<void>): Promise<void> {
    if (this.#stop !== null) throw refused('Something else is being done; wait for it, or stop it.');
    const stop = new AbortController();
    this.#stop = stop;
    this.tell(name, 0, null);
    let told = 0;
    const working = work(AbortSignal.any([stop.signal, this.#signal]), (done, total) => {
      if (performance.now() - told < PACE_MS) return;
      told = performance.now();
      this.tell(name, done, total);
    });
    this.#working = working;
    try {
      await working;
    } catch (error) {
      const isStopped = stop.signal.aborted && error instanceof VeilError && error.code === 'INTERRUPTED';
      // Without tracks there is nothing to go on with.
      if (!isStopped || name === 'detecting') throw error;
    } finally {
      this.#stop = null;
      this.#endedAt = performance.now();
      this.#say({ type: 'job', job: name, done: 0, total: null, isOver: true });
    }
  }

  tell(job: JobName, done: number, total: number | null): void {
    this.#say({ type: 'job', job, done, total, isOver: false });
  }

  /** Stops what is being done, and waits until it has ended. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#working.catch(() => undefined);
  }
}
