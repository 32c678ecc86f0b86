import type { WorkerProcess } from '../../test/jobs/support/worker-process.ts';

/** The workers; replaces those that die. */
export class Crew {
  readonly #start: (place: number) => WorkerProcess;
  readonly #workers: WorkerProcess[];
  #said = '';
  #turn = 0;

  /** @param start of the worker at a place, 0 to `size` - 1 */
  constructor(size: number, start: (place: number) => WorkerProcess) {
    this.#start = start;
    this.#workers = Array.from({ length: size }, (_, place) => start(place));
  }

  /** The output of all workers. */
  said(): string {
    return this.#said + this.#workers.map((worker) => worker.said()).join('');
  }

  any(): WorkerProcess {
    return this.#workers[this.#next()]!;
  }

  /** Last output of the workers that ended by themselves; replaces them. */
  ended(): string[] {
    return this.#workers.flatMap((worker, place) => {
      if (!worker.hasEnded()) return [];
      this.#said += worker.said();
      this.#workers[place] = this.#start(place);
      return [worker.said().split('\n').slice(-15).join('\n')];
    });
  }

  /** Kills one at any point of its work, and starts another in its place. */
  async replaceOne(): Promise<void> {
    const place = this.#next();
    const worker = this.#workers[place]!;
    await worker.kill();
    this.#said += worker.said();
    this.#workers[place] = this.#start(place);
  }

  /** Resumes the suspended workers, then ends all as Ctrl-C does. */
  async stop(): Promise<void> {
    for (const worker of this.#workers) worker.resume();
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.kill()));
  }

  #next(): number {
    this.#turn += 1;
    return this.#turn % this.#workers.length;
  }
}
