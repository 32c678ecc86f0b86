import { interrupted } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { JobChild, type TaskOptions } from './job-child.ts';
import type { Work } from './messages.ts';

/** A pool of child processes, one task each at a time. They start on demand; a dead one is replaced. */
export class JobPool<W extends Work> implements AsyncDisposable {
  readonly #program: URL;
  readonly #most: number;
  readonly #logger: Logger;
  readonly #free: JobChild<W>[] = [];
  readonly #all = new Set<JobChild<W>>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #isClosed = false;

  /**
   * @param program a module that calls `serveTasks`
   * @param most number of parallel processes
   */
  constructor(program: URL, most: number, logger: Logger) {
    this.#program = program;
    this.#most = most;
    this.#logger = logger;
  }

  /** Runs a task when a process is free. Errors as `JobChild.run`; INTERRUPTED if the pool closes while it waits. */
  async run(task: W['task'], options: TaskOptions<W>): Promise<W['result']> {
    while (this.#busy >= this.#most) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    if (this.#isClosed || options.signal.aborted) {
      this.#waiting.shift()?.();
      throw interrupted();
    }
    this.#busy += 1;
    const child = this.#freeChild() ?? this.#start();
    try {
      return await child.run(task, options);
    } finally {
      this.#busy -= 1;
      if (child.hasEnded) this.#all.delete(child);
      else this.#free.push(child);
      this.#waiting.shift()?.();
    }
  }

  /** Ends all processes and their tasks; waiting tasks do not start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all].map((child) => child.close()));
  }

  /** A free process that is still alive. */
  #freeChild(): JobChild<W> | undefined {
    for (let child = this.#free.pop(); child !== undefined; child = this.#free.pop()) {
      if (!child.hasEnded) return child;
      this.#all.delete(child);
    }
    return undefined;
  }

  #start(): JobChild<W> {
    const child = new JobChild<W>(this.#program, this.#logger);
    this.#all.add(child);
    return child;
  }
}
