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

/** Looks at frames, one after another, with a detector process that is replaced when it fails. */
export interface DetectorWorker {
  /** Of its detector. */
  readonly traits: DetectorTraits;
  /** Called when it has become free. */
  onFree: () => void;
  /** Whether a look can begin now. */
  readonly isFree: boolean;
  /** Why it can't look at present, in a sentence, or null. */
  readonly problem: string | null;
  /** Times that it failed and was started again. */
  readonly failures: number;
  /**
   * The faces of a frame, in pixels of the frame. Rejects (DETECTOR_FAILED) when the detector throws, dies, or is not
   * done in time; it is started again then.
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
  /** Lowest score that matters, 0…1. */
  readonly threshold: number;
}

export type DetectorWorkerOptions = Pick<DetectorProcessOptions, 'config' | 'logger' | 'program' | 'startMs'>;

/** Milliseconds that a detector may take to start: engines may be compared first. */
const START = 120_000;

/** Milliseconds that one look may take before the process counts as hung: many times the slowest one seen. */
const HUNG = 5000;

/** Milliseconds before the process is started again. */
const BACKOFF = { first: 250, most: 8000 };

/**
 * Starts the process and waits until its detector has run once.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE and what else keeps a detector from starting
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
  /** Ends the process, also one that is starting. */
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

  /** Starts another process later. */
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
