import { z } from 'zod';

/** What a job does at the moment. */
export const STAGES = ['fetching', 'finding', 'covering', 'checking', 'publishing', 'waiting'] as const;
export type Stage = (typeof STAGES)[number];

/** How far a job is, as the queue tells it. */
export const progressSchema = z.object({
  stage: z.enum(STAGES),
  /** Frames. */
  done: z.int().nonnegative().optional(),
  total: z.int().nonnegative().nullable().optional(),
});

export type JobProgress = z.output<typeof progressSchema>;

/** Time between two updates, milliseconds: many jobs tell theirs at once. */
const PACE = 1_000;

/** Tells the queue how far a job is: now and then, never twice at once, and without holding up the work. */
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
    // Whoever lost the job, or Redis, learns it elsewhere.
    void this.#tell(progress)
      .catch(() => undefined)
      .finally(() => {
        this.#isTelling = false;
      });
  }
}
