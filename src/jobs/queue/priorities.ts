/** Priorities that people give; 1 comes first. */
export const PRIORITIES = { first: 1, last: 100, usual: 10 } as const;

/** Between two priorities of people there is room for the parts of what has begun. */
const STEPS = 10;

/** As the engine counts it. */
export function filePriority(priority: number): number {
  return priority * STEPS;
}

/** Of the parts of a file, and of the file once it has begun: before others of its priority. */
export function partPriority(ofFile: number | undefined): number {
  const given = ofFile ?? filePriority(PRIORITIES.usual);
  return Math.max(1, Math.floor((given - 1) / STEPS) * STEPS + STEPS / 2);
}

/** Attempts at one job before it counts as failed, and the first wait between two, milliseconds; it doubles. */
const ATTEMPTS = 5;
const FIRST_WAIT = 5_000;

/** How every job is treated by the engine. */
export const JOB_OPTIONS = {
  attempts: ATTEMPTS,
  backoff: { type: 'exponential', delay: FIRST_WAIT, jitter: 0.5 },
  // Stacks name folders of the worker.
  stackTraceLimit: 0,
  removeOnComplete: { age: 14 * 24 * 3600, count: 20_000 },
  removeOnFail: { age: 30 * 24 * 3600, count: 20_000 },
} as const;
