import type { ChildProcess } from 'node:child_process';
import { Deferred } from '../base/deferred.ts';
import type { Detector, DetectorTraits } from '../detect/detector.ts';
import { checkPicture } from '../detect/multi-scale.ts';
import { interrupted, VeilError } from '../errors.ts';
import type { Detection } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';
import type { Logger } from '../logger.ts';
import { detectorChild, startDetector } from './detector-child.ts';
import {
  receivedError,
  type DetectorAnswer,
  type DetectorConfig,
  type DetectorRequest,
} from './detector-messages.ts';
import { PictureSender } from './picture-pipe.ts';

/** A detector in a separate process, which ends at the first failure. */
export interface DetectorProcess extends Detector {
  /** Resolves with the reason when the detector has failed or was closed. */
  readonly ended: Promise<VeilError>;
}

export interface DetectorProcessOptions {
  readonly config: DetectorConfig;
  readonly logger: Logger;
  /** Ends the process; open requests reject (INTERRUPTED). */
  readonly signal?: AbortSignal | undefined;
  /** The program of the process; by default the one with the real detectors. */
  readonly program?: URL | undefined;
  /** Time limit for the start, milliseconds. Default: ten minutes, since engines may be compared first. */
  readonly startMs?: number | undefined;
  /** Time limit for one call of `detect`; a slower process counts as hung, milliseconds. Default: five minutes. */
  readonly detectMs?: number | undefined;
}

const START = 600_000;
const HUNG = 300_000;

/**
 * Starts the process and waits until its detector has run once. Detector errors keep their codes; a process that dies
 * or hangs is an error, too (DETECTOR_FAILED).
 *
 * @throws VeilError see `createDetector`; DETECTOR_UNAVAILABLE if the process does not start, INTERRUPTED
 */
export async function startDetectorProcess(options: DetectorProcessOptions): Promise<DetectorProcess> {
  const detector = new ForkedDetector(options);
  try {
    await detector.started;
    return detector;
  } catch (error) {
    await detector.close();
    throw error;
  }
}

/** A pending request. */
interface Asked {
  readonly faces: Deferred<Detection[]>;
  readonly timer: NodeJS.Timeout;
}

/** Facts about a started detector. */
type About = Pick<Detector, 'name' | 'description' | 'traits' | 'weightFiles'>;

class ForkedDetector implements DetectorProcess {
  readonly #options: DetectorProcessOptions;
  readonly #child: ChildProcess;
  readonly #pictures: PictureSender;
  readonly #started = new Deferred<undefined>();
  readonly #ended = new Deferred<VeilError>();
  readonly #asked = new Map<number, Asked>();
  readonly #starting: NodeJS.Timeout;
  #about: About | null = null;
  #error: VeilError | null = null;
  #count = 0;

  constructor(options: DetectorProcessOptions) {
    const { config, signal, program, startMs = START } = options;
    this.#options = options;
    this.#starting = setTimeout(() => {
      this.#end(unavailable(`it had not started after ${startMs / 1000} s`));
    }, startMs);
    this.#child = program === undefined ? detectorChild() : startDetector(program);
    this.#pictures = new PictureSender(this.#child);
    this.#child.on('message', (answer: DetectorAnswer) => {
      this.#hear(answer);
    });
    this.#child.on('error', ({ message }) => {
      this.#end(this.#about === null ? unavailable(message) : failed(message));
    });
    this.#child.on('exit', (code, by) => {
      const reason = `its process ended (${by ?? code ?? 'unknown'})`;
      this.#end(this.#about === null ? unavailable(reason) : failed(reason));
    });
    signal?.addEventListener('abort', this.#stop, { once: true });
    if (signal?.aborted === true) this.#stop();
    this.#tell({ kind: 'open', config });
  }

  get started(): Promise<undefined> {
    return this.#started.promise;
  }

  get ended(): Promise<VeilError> {
    return this.#ended.promise;
  }

  get name(): string {
    return this.#known.name;
  }

  get description(): string {
    return this.#known.description;
  }

  get traits(): DetectorTraits {
    return this.#known.traits;
  }

  get weightFiles(): readonly string[] {
    return this.#known.weightFiles ?? [];
  }

  async detect(pictures: readonly Picture[], atLeast = 0): Promise<Detection[]> {
    if (this.#error !== null) throw this.#error;
    pictures.forEach(checkPicture);
    const { detectMs = HUNG } = this.#options;
    const timer = setTimeout(() => {
      this.#end(failed(`it was not done after ${detectMs / 1000} s`));
    }, detectMs);
    const faces = new Deferred<Detection[]>();
    this.#count += 1;
    const id = this.#count;
    this.#asked.set(id, { faces, timer });
    const sizes = pictures.map(({ width, height }) => ({ width, height }));
    this.#tell({ kind: 'detect', id, pictures: sizes, atLeast });
    this.#pictures.send(pictures);
    return faces.promise;
  }

  async close(): Promise<void> {
    this.#end(failed('it was closed'));
    const { exitCode, signalCode, pid } = this.#child;
    if (exitCode !== null || signalCode !== null || pid === undefined) return;
    await new Promise((resolve) => this.#child.once('exit', resolve));
  }

  get #known(): About {
    if (this.#about === null) throw new VeilError('INTERNAL', 'The detector has not started.');
    return this.#about;
  }

  readonly #stop = (): void => {
    this.#end(interrupted());
  };

  #hear(answer: DetectorAnswer): void {
    switch (answer.kind) {
      case 'log':
        this.#options.logger[answer.level](answer.message);
        return;
      case 'ready':
        clearTimeout(this.#starting);
        this.#about = answer;
        this.#started.resolve(undefined);
        return;
      case 'faces':
        this.#take(answer.id)?.faces.resolve([...answer.faces]);
        return;
      case 'failed':
        this.#end(
          receivedError(answer.error, answer.id === null ? 'DETECTOR_UNAVAILABLE' : 'DETECTOR_FAILED'),
        );
    }
  }

  #take(id: number): Asked | undefined {
    const asked = this.#asked.get(id);
    clearTimeout(asked?.timer);
    this.#asked.delete(id);
    return asked;
  }

  /** Ends the process. The first reason counts, since its state is unknown afterwards. */
  #end(error: VeilError): void {
    if (this.#error !== null) return;
    this.#error = error;
    clearTimeout(this.#starting);
    this.#options.signal?.removeEventListener('abort', this.#stop);
    this.#child.kill('SIGKILL');
    this.#ended.resolve(error);
    this.#started.reject(error);
    for (const id of [...this.#asked.keys()]) this.#take(id)?.faces.reject(error);
  }

  /** Sends nothing to a process that has ended; its `exit` event reports that. */
  #tell(request: DetectorRequest): void {
    if (this.#child.connected) this.#child.send(request, () => undefined);
  }
}

function unavailable(reason: string): VeilError {
  return new VeilError('DETECTOR_UNAVAILABLE', `The detector could not be started: ${reason}.`);
}

function failed(reason: string): VeilError {
  return new VeilError('DETECTOR_FAILED', `The detector failed: ${reason}.`);
}
