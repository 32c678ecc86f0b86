import { fork, type ChildProcess } from 'node:child_process';
import { VeilError } from '../../errors.ts';
import type { DetectorTraits } from '../../detect/detector.ts';
import { scaleDetections, type Look } from '../../frame/detection.ts';
import type { Picture } from '../../frame/frame.ts';
import type { Logger } from '../../logger.ts';
import type { LookAnswer, LookConfig, LookMessage } from './detector-messages.ts';
import { reasonOf } from '../../base/reason.ts';

/** Looks at pictures, one after another, in a process of its own. */
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
   * The faces of a frame, in pixels of the frame. Rejects (DETECTOR_FAILED) when the detector throws, dies, or is not done in time; it is started again then.
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

export interface DetectorWorkerOptions {
  readonly config: LookConfig;
  readonly logger: Logger;
  /** The program of the process; the one with the real detectors unless given. */
  readonly program?: URL;
  /** Milliseconds in which its detector must have started. Default: two minutes, since engines may be compared first. */
  readonly startMs?: number;
}

/** Milliseconds that a detector may take to start. */
const START = 120_000;

/** Milliseconds that one look may take before the process counts as hung: many times the slowest one seen. */
const HUNG = 5000;

/** Milliseconds before the process is started again, doubling from failure to failure. */
const BACKOFF = { first: 250, most: 8000 };

/**
 * Starts the process and waits until its detector has run once.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE with the reason
 */
export async function startDetectorWorker(options: DetectorWorkerOptions): Promise<DetectorWorker> {
  const worker = new WorkerProcess(options);
  try {
    await worker.started;
    return worker;
  } catch (cause) {
    await worker.close();
    const reason = reasonOf(cause);
    throw new VeilError('DETECTOR_UNAVAILABLE', `The detector could not be started. ${reason}`, { cause });
  }
}

interface Asked {
  readonly id: number;
  readonly request: LookRequest;
  readonly largest: Picture;
  readonly resolve: (look: Look) => void;
  readonly reject: (error: VeilError) => void;
  readonly timer: NodeJS.Timeout;
}

class WorkerProcess implements DetectorWorker {
  readonly started: Promise<void>;
  onFree: () => void = () => undefined;
  problem: string | null = 'The detector is starting.';
  failures = 0;
  readonly #options: DetectorWorkerOptions;
  #traits: DetectorTraits | null = null;
  #process: ChildProcess | null = null;
  #isReady = false;
  #asked: Asked | null = null;
  #count = 0;
  #wait = BACKOFF.first;
  #starting: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #isClosed = false;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | null = null;

  constructor(options: DetectorWorkerOptions) {
    this.#options = options;
    this.started = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#start();
  }

  get traits(): DetectorTraits {
    if (this.#traits === null) throw new VeilError('INTERNAL', 'The detector has not started.');
    return this.#traits;
  }

  get isFree(): boolean {
    return this.#isReady && this.#asked === null;
  }

  look(request: LookRequest): Promise<Look> {
    const child = this.#process;
    const [largest] = request.pictures;
    if (child === null || largest === undefined || !this.isFree) {
      return Promise.reject(new VeilError('DETECTOR_FAILED', this.problem ?? 'The detector is busy.'));
    }
    this.#count += 1;
    const id = this.#count;
    return new Promise<Look>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#fail(child, `it was not done after ${HUNG / 1000} s`);
      }, HUNG);
      this.#asked = { id, request, largest, resolve, reject, timer };
      const { pictures, threshold } = request;
      tell(child, { kind: 'look', id, pictures, threshold });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    const child = this.#process;
    this.#drop('it was closed');
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve();
      });
    });
    child.kill('SIGKILL');
    await gone;
  }

  #start(): void {
    const child = startProcess(this.#options.program ?? defaultProgram());
    this.#process = child;
    child.on('message', (answer: LookAnswer) => {
      if (child === this.#process) this.#hear(child, answer);
    });
    child.on('error', (error) => {
      this.#fail(child, error.message);
    });
    child.on('exit', (code, signal) => {
      this.#fail(child, `its process ended (${signal ?? code ?? 'unknown'})`);
    });
    const { config, startMs = START } = this.#options;
    this.#starting = setTimeout(() => {
      this.#fail(child, `it had not started after ${startMs / 1000} s`);
    }, startMs);
    tell(child, { kind: 'open', config });
  }

  #hear(child: ChildProcess, answer: LookAnswer): void {
    switch (answer.kind) {
      case 'log':
        this.#options.logger[answer.level](answer.message);
        return;
      case 'ready':
        clearTimeout(this.#starting);
        this.#isReady = true;
        this.#traits = answer.traits;
        this.problem = null;
        this.#options.logger.debug(`Looking with ${answer.description}.`);
        this.#settle?.resolve();
        this.#settle = null;
        this.onFree();
        return;
      case 'faces':
        if (answer.id === this.#asked?.id) this.#finish(this.#asked, answer);
        return;
      case 'failed':
        this.#fail(child, answer.message);
    }
  }

  #finish({ request, largest, resolve, timer }: Asked, { faces }: LookAnswer & { kind: 'faces' }): void {
    clearTimeout(timer);
    this.#asked = null;
    this.#wait = BACKOFF.first;
    resolve({ frame: request.frame, faces: scaleDetections(faces, largest, request) });
    this.onFree();
  }

  /** Ends the process, whose state nobody knows, and starts another later. */
  #fail(child: ChildProcess, reason: string): void {
    if (child !== this.#process) return;
    this.#drop(reason);
    child.kill('SIGKILL');
    this.#settle?.reject(new Error(reason));
    if (this.#settle !== null || this.#isClosed) return;
    this.failures += 1;
    this.#options.logger.warn(`The detector failed: ${reason}. It is started again.`);
    this.#restart = setTimeout(() => {
      this.#start();
    }, this.#wait);
    this.#wait = Math.min(2 * this.#wait, BACKOFF.most);
  }

  #drop(reason: string): void {
    clearTimeout(this.#starting);
    this.#process = null;
    this.#isReady = false;
    this.problem = 'The detector failed and is being started again.';
    const asked = this.#asked;
    this.#asked = null;
    if (asked === null) return;
    clearTimeout(asked.timer);
    asked.reject(new VeilError('DETECTOR_FAILED', `The detector failed: ${reason}.`));
  }
}

/** Ctrl-C goes to all processes of a terminal; this one is ended by its owner alone, after what it is needed for. */
function startProcess(program: URL): ChildProcess {
  const loader = program.pathname.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  return fork(program, {
    execArgv: loader,
    // Else bytes would travel as text.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: process.platform !== 'win32',
  });
}

/** A process that has ended can't be told anything; that it has is seen by its `exit`. */
function tell(child: ChildProcess, message: LookMessage): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Beside this file, in its kind: `.ts` as written, `.js` as built. */
function defaultProgram(): URL {
  return new URL(
    import.meta.url.endsWith('.ts') ? './detector-program.ts' : './detector-program.js',
    import.meta.url,
  );
}
