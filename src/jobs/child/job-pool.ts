import type { Logger } from '../../logger.ts';
import { JobChild, type TaskOptions } from './job-child.ts';
import type { Work } from './messages.ts';

/** Processes that work on tasks, each on one at a time. They start when they are needed; one that died is replaced. */
export class JobPool<W extends Work> implements AsyncDisposable {
  readonly #program: URL;
  readonly #most: number;
  readonly #logger: Logger;
  readonly #free: JobChild<W>[] = [];
  readonly #all = new Set<JobChild<W>>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  /**
   * @param program a module that calls `serveTasks`
   * @param most processes at once
   */
  constructor(program: URL, most: number, logger: Logger) {
    this.#program = program;
    this.#most = most;
    this.#logger = logger;
  }

  /** Works on a task as soon as a process is free. Errors as `JobChild.run`. */
  async run(task: W['task'], options: TaskOptions<W>): Promise<W['result']> {
    while (this.#busy >= this.#most) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#busy += 1;
    const child = this.#free.pop() ?? this.#start();
    try {
      return await child.run(task, options);
    } finally {
      this.#busy -= 1;
      if (child.hasEnded) this.#all.delete(child);
      else this.#free.push(child);
      this.#waiting.shift()?.();
    }
  }

  /** Ends all processes, with what they work on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#all].map((child) => child.close()));
  }

  #start(): JobChild<W> {
    const child = new JobChild<W>(this.#program, this.#logger);
    this.#all.add(child);
    return child;
  }
}
