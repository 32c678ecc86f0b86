import { VeilError } from '../errors.ts';
import type { Detector } from './detector.ts';

/** A detector that may end by itself; `ended` then resolves. */
type Opened = Detector & { readonly ended?: Promise<unknown> };

/**
 * A detector that is opened on demand, and again after it has ended. Its creator disposes of it.
 */
export class LazyDetector implements AsyncDisposable {
  readonly #open: () => Promise<Opened>;
  #opening: Promise<Opened> | null = null;
  #hasFailed = false;

  constructor(open: () => Promise<Opened>) {
    this.#open = open;
  }

  /** Whether the last attempt to open it failed: then no input can be searched. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  get(): Promise<Detector> {
    if (this.#opening === null) {
      const opening = this.#open();
      this.#opening = opening;
      opening.then(
        ({ ended }) => {
          this.#hasFailed = false;
          void ended?.then(() => {
            this.#drop(opening);
          });
        },
        (error: unknown) => {
          this.#hasFailed = !(error instanceof VeilError && error.code === 'INTERRUPTED');
          this.#drop(opening);
        },
      );
    }
    return this.#opening;
  }

  /** Drops a failed detector, so that the next call opens a new one. */
  #drop(opening: Promise<Opened>): void {
    if (this.#opening === opening) this.#opening = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#opening === null) return;
    const [opened] = await Promise.allSettled([this.#opening]);
    if (opened.status === 'fulfilled') await opened.value.close();
  }
}
