import { VeilError } from '../../errors.ts';
import { within } from './engine.ts';

/** What the engine can do for a lease. */
export interface LeaseHolder {
  /** @returns 1 where the job is still this worker's, and stays so for as long as is asked */
  extendLock(token: string, milliseconds: number): Promise<number>;
}

/** Shortest time to wait for an answer, milliseconds. */
const PATIENCE = 5_000;

/**
 * The right of one worker to work on one job. It is renewed by the engine while the worker is heard; a worker that is
 * cut off loses it, and another one goes on. What it did until then shows nowhere.
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
   * Makes sure, right before something is shown, that no other worker has the job.
   *
   * @throws VeilError JOB_LOST, also where nobody can be asked
   */
  async confirm(): Promise<void> {
    const patience = Math.max(PATIENCE, this.#milliseconds / 2);
    const held = await within(patience, () => this.#job.extendLock(this.#token, this.#milliseconds)).catch(
      () => 0,
    );
    if (held !== 1) throw jobLost();
  }
}

/** Another worker has the job. */
export function jobLost(): VeilError {
  return new VeilError('JOB_LOST', 'This worker lost the job: it was not heard for longer than its lease.', {
    hint: 'Nothing was published by it. Another worker goes on.',
  });
}
