/** Why work on a job ends early. */
export type EndReason = 'cancelled' | 'lost' | 'stopping';

interface Running {
  readonly controller: AbortController;
  /** Of the file that it belongs to. */
  readonly file: string;
  /** When its lease was last known to hold. */
  heldAt: number;
}

/** The jobs that a worker is at, each of which can be ended for a reason. */
export class RunningJobs {
  readonly #jobs = new Map<string, Running>();

  /** Notes a job. Call the returned function when it is over. */
  add(id: string, file: string): { readonly signal: AbortSignal; readonly remove: () => void } {
    const controller = new AbortController();
    const running = { controller, file, heldAt: performance.now() };
    this.#jobs.set(id, running);
    return {
      signal: controller.signal,
      remove: () => {
        // The same job may have come back to this worker meanwhile.
        if (this.#jobs.get(id) === running) this.#jobs.delete(id);
      },
    };
  }

  /** The files that are worked on. */
  get files(): readonly string[] {
    return [...new Set([...this.#jobs.values()].map(({ file }) => file))];
  }

  end(id: string, reason: EndReason): void {
    this.#jobs.get(id)?.controller.abort(reason);
  }

  endFile(file: string, reason: EndReason): void {
    for (const job of this.#jobs.values()) if (job.file === file) job.controller.abort(reason);
  }

  endAll(reason: EndReason): void {
    for (const { controller } of this.#jobs.values()) controller.abort(reason);
  }

  /** The leases of these were renewed. */
  renewed(ids: readonly string[]): void {
    for (const id of ids) {
      const job = this.#jobs.get(id);
      if (job !== undefined) job.heldAt = performance.now();
    }
  }

  /** Ends those that nobody has renewed for so many milliseconds: by now another worker may have them. */
  endUnheld(milliseconds: number): void {
    const now = performance.now();
    for (const { controller, heldAt } of this.#jobs.values()) {
      if (now - heldAt > milliseconds) controller.abort('lost' satisfies EndReason);
    }
  }
}
