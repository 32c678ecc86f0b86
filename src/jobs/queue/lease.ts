import { VeilError } from '../../errors.ts';
import { within } from './engine.ts';

/** The part of a BullMQ job that a lease needs. */
export interface LeaseHolder {
  /** @returns 1 if this worker still has the job, and now keeps it for the given time */
  extendLock(token: string, milliseconds: number): Promise<number>;
}

/** Time to wait for an answer, milliseconds, if the lease is long enough. */
const PATIENCE = 5_000;

/**
 * The right of one worker to work on one job. BullMQ renews it while the worker is connected; a disconnected worker
 * loses it, and another one continues. The first worker's unfinished results stay invisible.
 */
export class Lease {
  readonly #job: LeaseHolder;
  readonly #token: string;
  readonly #milliseconds: number;

  constructor(job: LeaseHolder, token: string, milliseconds: number) {
    this.#job = job;
    this.#token = token;
    this.#milliseconds = milliseconds;
  }

  /**
   * Makes sure, right before a result becomes visible, that no other worker has the job.
   *
   * @throws VeilError JOB_LOST, also if Redis does not answer
   */
  async confirm(): Promise<void> {
    // A later answer may be about a lease that has expired meanwhile.
    const patience = Math.min(Math.max(PATIENCE, this.#milliseconds / 2), 0.8 * this.#milliseconds);
    const held = await within(patience, () => this.#job.extendLock(this.#token, this.#milliseconds)).catch(
      () => 0,
    );
    if (held !== 1) throw jobLost();
  }
}

/** The error for a job that another worker has taken over. */
export function jobLost(): VeilError {
  return new VeilError('JOB_LOST', 'This worker lost the job: it was not heard for longer than its lease.', {
    hint: 'Nothing was published by it. Another worker goes on.',
  });
}
