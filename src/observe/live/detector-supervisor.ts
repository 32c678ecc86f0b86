import { Backoff } from '../../base/backoff.ts';
import type { DetectorTraits } from '../../detect/detector.ts';
import { VeilError } from '../../errors.ts';
import { scaleDetections, type Look } from '../../frame/detection.ts';
import type { Picture } from '../../frame/frame.ts';
import {
  startDetectorProcess,
  type DetectorProcess,
  type DetectorProcessOptions,
} from '../detector-process.ts';

/** Runs looks one after another in a detector process, which is replaced when it fails. */
export interface DetectorWorker {
  readonly traits: DetectorTraits;
  /** Called when the detector becomes free. */
  onFree: () => void;
  /** Whether a look can begin. */
  readonly isFree: boolean;
  /** Why no look is possible at present, in a sentence, or null. */
  readonly problem: string | null;
  /** Number of failures with a restart. */
  readonly failures: number;
  /**
   * The faces of a frame, in pixels of the frame. Rejects (DETECTOR_FAILED) if the detector throws, dies, or exceeds
   * its time limit; it is then restarted.
   */
  look(request: LookRequest): Promise<Look>;
  close(): Promise<void>;
}

/** A frame to look at. */
export interface LookRequest {
  readonly frame: number;
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly Picture[];
  /** Lowest relevant score, 0…1. */
  readonly threshold: number;
}

export type DetectorWorkerOptions = Pick<DetectorProcessOptions, 'config' | 'logger' | 'program' | 'startMs'>;

/** Time limit for the start, milliseconds: engines may be compared first. */
const START = 120_000;

/** Time limit for one look, milliseconds: many times the slowest measured one. */
const HUNG = 5000;

/** Delay before a restart, milliseconds. */
const BACKOFF = { first: 250, most: 8000 };

/**
 * Starts the process and waits until its detector has run once.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE, and other errors of `createDetector`
 */
export async function startDetectorWorker(options: DetectorWorkerOptions): Promise<DetectorWorker> {
  const closing = new AbortController();
  const open = (): Promise<DetectorProcess> =>
    startDetectorProcess({ startMs: START, ...options, detectMs: HUNG, signal: closing.signal });
  return new DetectorSupervisor(open, await open(), closing, options.logger);
}

class DetectorSupervisor implements DetectorWorker {
  onFree: () => void = () => undefined;
  problem: string | null = null;
  failures = 0;
  readonly traits: DetectorTraits;
  readonly #open: () => Promise<DetectorProcess>;
  readonly #logger: DetectorWorkerOptions['logger'];
  /** Ends the process, even during its start. */
  readonly #closing: AbortController;
  readonly #backoff = new Backoff(BACKOFF);
  /** Null while it is being replaced. */
  #detector: DetectorProcess | null = null;
  #isLooking = false;
  #restart: NodeJS.Timeout | undefined;
  #starting: Promise<void> = Promise.resolve();

  constructor(
    open: () => Promise<DetectorProcess>,
    first: DetectorProcess,
    closing: AbortController,
    logger: DetectorWorkerOptions['logger'],
  ) {
    this.#open = open;
    this.#closing = closing;
    this.#logger = logger;
    this.traits = first.traits;
    this.#use(first);
  }

  get isFree(): boolean {
    return this.#detector !== null && !this.#isLooking;
  }

  async look({ pictures, threshold, frame, width, height }: LookRequest): Promise<Look> {
    const detector = this.#detector;
    const [largest] = pictures;
    if (detector === null || largest === undefined || this.#isLooking) {
      throw new VeilError('DETECTOR_FAILED', this.problem ?? 'The detector is busy.');
    }
    this.#isLooking = true;
    try {
      const faces = await detector.detect(pictures, threshold);
      this.#backoff.reset();
      return { frame, faces: scaleDetections(faces, largest, { width, height }) };
    } finally {
      this.#isLooking = false;
      this.#tellFree();
    }
  }

  async close(): Promise<void> {
    const detector = this.#detector;
    clearTimeout(this.#restart);
    this.#closing.abort();
    await Promise.all([detector?.close(), this.#starting]);
  }

  #tellFree(): void {
    if (this.isFree) this.onFree();
  }

  #use(detector: DetectorProcess): void {
    this.#detector = detector;
    this.problem = null;
    this.#logger.debug(`Looking with ${detector.name}: ${detector.description}.`);
    void detector.ended.then((error) => {
      this.#detector = null;
      this.#retry(error);
    });
  }

  /** Schedules a restart. */
  #retry({ message }: Error): void {
    this.problem = 'The detector failed and is being started again.';
    if (this.#closing.signal.aborted) return;
    this.failures += 1;
    this.#logger.warn(`${message} It is started again.`);
    this.#restart = setTimeout(() => {
      this.#starting = this.#start();
    }, this.#backoff.next());
  }

  async #start(): Promise<void> {
    try {
      this.#use(await this.#open());
    } catch (error) {
      this.#retry(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#tellFree();
  }
}
