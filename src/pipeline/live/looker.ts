import { Worker } from 'node:worker_threads';
import { VeilError } from '../../errors.ts';
import { scaleBox } from '../../frame/box.ts';
import type { Look } from '../../frame/face.ts';
import type { Picture } from '../../frame/frame.ts';
import type { Logger } from '../../logger.ts';
import type { LookAnswer, LookQuestion, LookWorkerData } from './look-messages.ts';

/** Looks at pictures, one after another, on a thread of its own. */
export interface Looker {
  /** Whether a look can begin now. */
  readonly isFree: boolean;
  /** Why it can't look at present, in a sentence, or null. */
  readonly problem: string | null;
  /**
   * The faces of a frame, in pixels of the frame. The pictures are handed over: nobody may use them afterwards.
   * Rejects (DETECTOR_FAILED) when the detector throws, dies, or is not done in time; it is started again then.
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
}

export interface WorkerLookerOptions {
  readonly config: LookWorkerData;
  readonly logger: Logger;
  /** Called when it has become free. */
  readonly onFree: () => void;
  /** The thread's program; the one with the real detectors unless given. */
  readonly program?: URL;
}

/** Milliseconds that one look may take before the thread counts as hung: many times the slowest one seen. */
const HUNG = 5000;

/** Milliseconds before the thread is started again, doubling from failure to failure. */
const BACKOFF = { first: 250, most: 8000 };

/**
 * Starts the thread and waits until its detector has run once.
 *
 * @throws VeilError DETECTOR_UNAVAILABLE with the reason
 */
export async function startLooker(options: WorkerLookerOptions): Promise<Looker> {
  const looker = new WorkerLooker(options);
  try {
    await looker.started;
    return looker;
  } catch (cause) {
    await looker.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
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

class WorkerLooker implements Looker {
  readonly started: Promise<void>;
  problem: string | null = 'The detector is starting.';
  readonly #options: WorkerLookerOptions;
  #worker: Worker | null = null;
  #isReady = false;
  #asked: Asked | null = null;
  #count = 0;
  #wait = BACKOFF.first;
  #restart: NodeJS.Timeout | undefined;
  #isClosed = false;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | null = null;

  constructor(options: WorkerLookerOptions) {
    this.#options = options;
    this.started = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#start();
  }

  get isFree(): boolean {
    return this.#isReady && this.#asked === null;
  }

  look(request: LookRequest): Promise<Look> {
    const worker = this.#worker;
    const [largest] = request.pictures;
    if (worker === null || largest === undefined || !this.isFree) {
      return Promise.reject(new VeilError('DETECTOR_FAILED', this.problem ?? 'The detector is busy.'));
    }
    this.#count += 1;
    const id = this.#count;
    return new Promise<Look>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#fail(worker, `it was not done after ${HUNG / 1000} s`);
      }, HUNG);
      this.#asked = { id, request, largest, resolve, reject, timer };
      const question: LookQuestion = { id, pictures: request.pictures };
      worker.postMessage(
        question,
        request.pictures.map(({ data }) => data.buffer as ArrayBuffer),
      );
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    this.#drop('it was closed');
    await worker?.terminate();
  }

  #start(): void {
    const program = this.#options.program ?? defaultProgram();
    const worker = startThread(program, this.#options.config);
    this.#worker = worker;
    worker.on('message', (answer: LookAnswer) => {
      if (worker === this.#worker) this.#hear(worker, answer);
    });
    worker.on('error', (error: unknown) => {
      this.#fail(worker, error instanceof Error ? error.message : String(error));
    });
    worker.on('exit', () => {
      this.#fail(worker, 'its thread ended');
    });
  }

  #hear(worker: Worker, answer: LookAnswer): void {
    switch (answer.kind) {
      case 'log':
        this.#options.logger[answer.level](answer.message);
        return;
      case 'ready':
        this.#isReady = true;
        this.problem = null;
        this.#options.logger.debug(`Looking with ${answer.description}.`);
        this.#settle?.resolve();
        this.#settle = null;
        this.#options.onFree();
        return;
      case 'faces':
        if (answer.id === this.#asked?.id) this.#finish(this.#asked, answer);
        return;
      case 'failed':
        this.#fail(worker, answer.message);
    }
  }

  #finish({ request, largest, resolve, timer }: Asked, { faces }: LookAnswer & { kind: 'faces' }): void {
    clearTimeout(timer);
    this.#asked = null;
    this.#wait = BACKOFF.first;
    const [scaleX, scaleY] = [request.width / largest.width, request.height / largest.height];
    resolve({
      frame: request.frame,
      faces: faces.map((face) => ({ ...face, box: scaleBox(face.box, scaleX, scaleY) })),
    });
    this.#options.onFree();
  }

  /** Ends the thread, whose state nobody knows, and starts another later. */
  #fail(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.#drop(reason);
    // One that hangs in native code ends when it comes back; nobody waits for it.
    worker.terminate().catch(() => undefined);
    this.#settle?.reject(new Error(reason));
    if (this.#settle !== null || this.#isClosed) return;
    this.#options.logger.warn(`The detector failed: ${reason}. It is started again.`);
    this.#restart = setTimeout(() => {
      this.#start();
    }, this.#wait);
    this.#wait = Math.min(2 * this.#wait, BACKOFF.most);
  }

  #drop(reason: string): void {
    this.#worker = null;
    this.#isReady = false;
    this.problem = 'The detector failed and is being started again.';
    const asked = this.#asked;
    this.#asked = null;
    if (asked === null) return;
    clearTimeout(asked.timer);
    asked.reject(new VeilError('DETECTOR_FAILED', `The detector failed: ${reason}.`));
  }
}

/** Sources run through tsx, which has to be registered in every thread. */
function startThread(program: URL, workerData: LookWorkerData): Worker {
  if (!program.pathname.endsWith('.ts')) return new Worker(program, { workerData });
  const [loader, source] = [import.meta.resolve('tsx/esm/api'), program.href].map((url) =>
    JSON.stringify(url),
  );
  const code = `import(${loader}).then(({ register }) => { register(); return import(${source}); })`;
  return new Worker(code, { eval: true, workerData, execArgv: [] });
}

/** Beside this file, in its kind: `.ts` as written, `.js` as built. */
function defaultProgram(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './look-worker.ts' : './look-worker.js', import.meta.url);
}
