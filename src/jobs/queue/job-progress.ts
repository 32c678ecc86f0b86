import { z } from 'zod';

/** Stages of a job. */
export const STAGES = ['fetching', 'finding', 'covering', 'checking', 'publishing', 'waiting'] as const;
export type Stage = (typeof STAGES)[number];

/** Progress of a job as stored in the queue. */
export const progressSchema = z.object({
  stage: z.enum(STAGES),
  /** Frames. */
  done: z.int().nonnegative().optional(),
  total: z.int().nonnegative().nullable().optional(),
});

export type JobProgress = z.output<typeof progressSchema>;

/** Time between two updates, milliseconds: many jobs report at once. */
const PACE = 1_000;

/** Reports the progress of a job to the queue: now and then, one report at a time, without delaying the work. */
export class ProgressTeller {
  readonly #tell: (progress: JobProgress) => Promise<void>;
  #stage: Stage | null = null;
  #at = 0;
  #isTelling = false;

  constructor(tell: (progress: JobProgress) => Promise<void>) {
    this.#tell = tell;
  }

  update(progress: JobProgress): void {
    const now = performance.now();
    if (this.#isTelling || (progress.stage === this.#stage && now - this.#at < PACE)) return;
    this.#stage = progress.stage;
    this.#at = now;
    this.#isTelling = true;
    // A lost job or a lost connection is noticed elsewhere.
    void this.#tell(progress)
      .catch(() => undefined)
      .finally(() => {
        this.#isTelling = false;
      });
  }
}
