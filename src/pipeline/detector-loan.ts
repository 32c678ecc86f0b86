import type { ResolvedConfig } from '../config/schema.ts';
import type { Detector } from '../detect/detector.ts';
import type { Logger } from '../logger.ts';
import { createConfiguredDetector } from './find-in-media.ts';

/** A detector for one run: the one that was lent, which stays open, or one that is made when it is first needed. */
export class DetectorLoan implements AsyncDisposable {
  readonly #lent: Detector | undefined;
  readonly #make: () => Promise<Detector>;
  #own: Promise<Detector> | null = null;

  constructor(lent: Detector | undefined, config: ResolvedConfig, logger: Logger) {
    this.#lent = lent;
    this.#make = () => createConfiguredDetector(config, logger);
  }

  async get(): Promise<Detector> {
    return this.#lent ?? (this.#own ??= this.#make());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // One that could not be made has said so to whoever asked for it.
    await this.#own?.then(
      (detector) => detector.close(),
      () => undefined,
    );
  }
}
