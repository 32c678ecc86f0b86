import type { Detector } from './detector.ts';
import { VeilError } from '../errors.ts';

/** A detector that is opened when first needed, and once. Whoever makes it disposes of it. */
export class LazyDetector implements AsyncDisposable {
  readonly #open: () => Promise<Detector>;
  readonly #signal: AbortSignal;
  #opened: Detector | undefined;
  #hasFailed = false;

  constructor(open: () => Promise<Detector>, signal: AbortSignal) {
    this.#open = open;
    this.#signal = signal;
  }

  /** Whether it could not be opened: then nothing can be found in any input. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  async get(): Promise<Detector> {
    try {
      // Engines are measured once on each machine, for longer than somebody who stops wants to wait.
      return (this.#opened ??= await unlessAborted(this.#open(), this.#signal));
    } catch (error) {
      this.#hasFailed = !this.#signal.aborted;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened?.close();
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new VeilError('INTERRUPTED', 'Stopped before the detector was ready.'));
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}
