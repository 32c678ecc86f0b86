/** Priorities that users set; 1 comes first. */
export const PRIORITIES = { first: 1, last: 100, usual: 10 } as const;

/** Room between two user priorities, for the parts of files already begun. */
const STEPS = 10;

/** A user priority on the scale of BullMQ. */
export function filePriority(priority: number): number {
  return priority * STEPS;
}

/** Priority of the parts of a file, and of the file once it has begun: ahead of others with its user priority. */
export function partPriority(ofFile: number | undefined): number {
  const given = ofFile ?? filePriority(PRIORITIES.usual);
  return Math.max(1, Math.floor((given - 1) / STEPS) * STEPS + STEPS / 2);
}

/** Attempts at one job before it counts as failed, and the first delay between two, milliseconds; it doubles. */
const ATTEMPTS = 5;
const FIRST_WAIT = 5_000;

/** BullMQ options of every job. */
export const JOB_OPTIONS = {
  attempts: ATTEMPTS,
  backoff: { type: 'exponential', delay: FIRST_WAIT, jitter: 0.5 },
  // Stack traces contain paths of the worker.
  stackTraceLimit: 0,
  removeOnComplete: { age: 14 * 24 * 3600, count: 20_000 },
  removeOnFail: { age: 30 * 24 * 3600, count: 20_000 },
} as const;
