import type { ResolvedConfig } from '../../config/schema.ts';
import { LazyDetector } from '../../detect/lazy-detector.ts';
import type { Detector } from '../../detect/detector.ts';
import type { Logger } from '../../logger.ts';
import { startDetectorProcess } from '../../observe/detector-process.ts';
import { withAbort } from './with-abort.ts';

export interface DetectorOptions {
  readonly config: ResolvedConfig;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
  /** Shared between runs, and closed by the caller. Without it the config's detector is started, and closed after the work. */
  readonly detector?: Detector | Promise<Detector> | undefined;
}

/** Runs work with a detector that may still be starting, under the signal of {@link withAbort}. */
export function withDetector<T>(
  { config, logger, signal: caller, detector: shared }: DetectorOptions,
  work: (detector: Promise<Detector>, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withAbort(caller, async (signal) => {
    await using own = new LazyDetector(() => startDetectorProcess({ config, logger, signal }));
    const detector = Promise.resolve(shared ?? own.get());
    // Errors of the input take precedence.
    detector.catch(() => undefined);
    return await work(detector, signal);
  });
}
