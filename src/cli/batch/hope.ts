import { VeilError, type ErrorCode } from '../../errors.ts';

/** Model errors that affect every process. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set(['MODEL_INVALID', 'MODEL_NOT_FOUND', 'MODEL_HASH_MISMATCH']);

/** Errors of one process; most often another one can open a detector. */
const UNLUCKY: ReadonlySet<ErrorCode> = new Set(['DETECTOR_UNAVAILABLE', 'ENGINE_UNAVAILABLE']);

/**
 * Whether processes can still cover files: an error affects only its own file, unless no process can open a detector.
 */
export class Hope {
  readonly #processes: number;
  #unlucky = 0;
  #isKept = false;

  /** @param processes number of parallel processes */
  constructor(processes: number) {
    this.#processes = processes;
  }

  /** Call it when a file was covered. */
  keep(): void {
    this.#isKept = true;
  }

  /** Whether a failure means that no other file can be covered. */
  isLostWith(error: unknown): boolean {
    if (!(error instanceof VeilError)) return false;
    if (HOPELESS.has(error.code)) return true;
    if (!UNLUCKY.has(error.code)) return false;
    this.#unlucky += 1;
    return !this.#isKept && this.#unlucky >= this.#processes;
  }
}
