import { VeilError } from '../../errors.ts';
import { refused } from '../edits/refuse.ts';
import type { JobName, ReviewMessage } from './protocol.ts';

type Tell = (done: number, total: number | null) => void;

/** The current work, and its progress; `total` is null where it is not known. */
export interface WorkState {
  readonly job: JobName;
  readonly done: number;
  readonly total: number | null;
}

/** Interval between progress messages, ms. */
const PACE_MS = 200;

/** Long-running work: one job at a time, which can be stopped and reports its progress. */
export class Work {
  readonly #signal: AbortSignal;
  readonly #say: (message: ReviewMessage) => void;
  #stop: AbortController | null = null;
  #now: WorkState | null = null;
  #working: Promise<void> = Promise.resolve();
  #endedAt = performance.now();

  constructor(signal: AbortSignal, say: (message: ReviewMessage) => void) {
    this.#signal = signal;
    this.#say = say;
  }

  get isBusy(): boolean {
    return this.#stop !== null;
  }

  /** As reported last; null while there is no work. */
  get now(): WorkState | null {
    return this.#now;
  }

  /** When the last job ended, by the clock of `performance`. */
  get endedAt(): number {
    return this.#endedAt;
  }

  /**
   * Runs a job.
   *
   * @throws VeilError EDIT_REFUSED while another job runs; errors of the job, unless it was stopped
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
      // Without tracks the review can't go on.
      if (!isStopped || name === 'detecting') throw error;
    } finally {
      this.#stop = null;
      this.#now = null;
      this.#endedAt = performance.now();
      this.#say({ type: 'job', job: name, done: 0, total: null, isOver: true });
    }
  }

  tell(job: JobName, done: number, total: number | null): void {
    this.#now = { job, done, total };
    this.#say({ type: 'job', job, done, total, isOver: false });
  }

  /** Stops the current job, and waits until it has ended. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#working.catch(() => undefined);
  }
}
