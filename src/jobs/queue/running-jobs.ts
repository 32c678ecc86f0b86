import type { FileRun } from './part-job.ts';

/** Why work on a job ends early. */
export type EndReason = 'cancelled' | 'lost' | 'stopping';

interface Running {
  readonly controller: AbortController;
  readonly run: FileRun;
  /** Last time at which its lease was known to be valid. */
  heldAt: number;
}

/** The jobs in progress on a worker, each of which can be ended for a reason. */
export class RunningJobs {
  readonly #jobs = new Map<string, Running>();

  /** Adds a job. Call the returned function when it is over. */
  add(id: string, run: FileRun): { readonly signal: AbortSignal; readonly remove: () => void } {
    const controller = new AbortController();
    const running = { controller, run, heldAt: performance.now() };
    this.#jobs.set(id, running);
    return {
      signal: controller.signal,
      remove: () => {
        // The worker may have received the same job again meanwhile.
        if (this.#jobs.get(id) === running) this.#jobs.delete(id);
      },
    };
  }

  /** The runs of files in progress. */
  get runs(): readonly FileRun[] {
    return [...this.#jobs.values()].map(({ run }) => run);
  }

  end(id: string, reason: EndReason): void {
    this.#jobs.get(id)?.controller.abort(reason);
  }

  endRun({ file, run }: FileRun, reason: EndReason): void {
    for (const job of this.#jobs.values()) {
      if (job.run.file === file && job.run.run === run) job.controller.abort(reason);
    }
  }

  endAll(reason: EndReason): void {
    for (const { controller } of this.#jobs.values()) controller.abort(reason);
  }

  /** Call after the leases of these jobs were renewed. */
  renewed(ids: readonly string[]): void {
    for (const id of ids) {
      const job = this.#jobs.get(id);
      if (job !== undefined) job.heldAt = performance.now();
    }
  }

  /** Ends jobs without a renewed lease in this time, milliseconds: another worker may have them by now. */
  endUnheld(milliseconds: number): void {
    const now = performance.now();
    for (const { controller, heldAt } of this.#jobs.values()) {
      if (now - heldAt > milliseconds) controller.abort('lost' satisfies EndReason);
    }
  }
}
