import { VeilError } from '../errors.ts';
import type { Detector } from './detector.ts';

/** A detector that is opened when first needed, and once. The one that made it disposes of it. */
export class LazyDetector implements AsyncDisposable {
  readonly #open: () => Promise<Detector>;
  #opening: Promise<Detector> | null = null;
  #hasFailed = false;

  constructor(open: () => Promise<Detector>) {
    this.#open = open;
  }

  /** Whether it could not be opened: then nothing can be found in any input. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  get(): Promise<Detector> {
    if (this.#opening === null) {
      this.#opening = this.#open();
      this.#opening.catch((error: unknown) => {
        this.#hasFailed = !(error instanceof VeilError && error.code === 'INTERRUPTED');
      });
    }
    return this.#opening;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#opening === null) return;
    const [opened] = await Promise.allSettled([this.#opening]);
    if (opened.status === 'fulfilled') await opened.value.close();
  }
}
