import type { ChildProcess } from 'node:child_process';
import { Deferred } from '../../base/deferred.ts';
import { interrupted, VeilError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { startProgram } from '../../observe/detector-child.ts';
import { receivedError, type SentError } from '../../observe/detector-messages.ts';
import type { ChildAnswer, ChildRequest, Work } from './messages.ts';

export interface TaskOptions<W extends Work> {
  /** Stops the task; the process cleans up, and the result rejects (INTERRUPTED). */
  readonly signal: AbortSignal;
  readonly onEvent?: ((event: W['event']) => void) | undefined;
}

/** Time for a stopped process to clean up, ms. */
const GRACE = 10_000;

/** A child process that works on tasks, one at a time (`serveTasks`). Its creator closes it. */
export class JobChild<W extends Work> {
  readonly #child: ChildProcess;
  readonly #logger: Logger;
  #current: {
    readonly result: Deferred<W['result']>;
    readonly onEvent?: ((event: W['event']) => void) | undefined;
  } | null = null;
  #end: string | null = null;

  /** @param program a module that calls `serveTasks` */
  constructor(program: URL, logger: Logger) {
    this.#logger = logger;
    this.#child = startProgram(program);
    this.#child.on('message', (answer: ChildAnswer<W>) => {
      this.#hear(answer);
    });
    this.#child.on('error', ({ message }) => {
      this.#fail(message);
    });
    this.#child.on('exit', (code, by) => {
      this.#fail(by === null ? `it ended with ${code ?? 'no code'}` : `it was ended by ${by}`);
    });
  }

  /** Whether the process has ended and takes no more tasks. */
  get hasEnded(): boolean {
    return this.#end !== null;
  }

  /**
   * Runs a task; no other task may be running. Errors keep their codes.
   *
   * @throws VeilError errors of the task; JOB_ENDED where the process ends early, INTERRUPTED
   */
  async run(task: W['task'], { signal, onEvent }: TaskOptions<W>): Promise<W['result']> {
    const isStopped = (): boolean => signal.aborted;
    if (isStopped()) throw interrupted();
    if (this.#end !== null) throw ended(this.#end);
    const result = new Deferred<W['result']>();
    this.#current = { result, onEvent };
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      this.#tell({ kind: 'stop' });
      timer = setTimeout(() => {
        this.#kill();
      }, GRACE);
    };
    signal.addEventListener('abort', stop, { once: true });
    this.#tell({ kind: 'run', task });
    try {
      return await result.promise;
    } catch (error) {
      throw isStopped() ? interrupted() : error;
    } finally {
      this.#current = null;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Lets the process end, and waits until it has. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined)
      return;
    const gone = new Promise<void>((resolve) => {
      this.#child.once('exit', () => {
        resolve();
      });
    });
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => {
      this.#kill();
    }, GRACE);
    await gone;
    clearTimeout(timer);
  }

  #hear(answer: ChildAnswer<W>): void {
    switch (answer.kind) {
      case 'log':
        this.#logger[answer.level](answer.message);
        return;
      case 'event':
        this.#current?.onEvent?.(answer.event);
        return;
      case 'done':
        this.#current?.result.resolve(answer.result);
        return;
      case 'failed':
        this.#current?.result.reject(errorOf(answer.error));
    }
  }

  #fail(reason: string): void {
    this.#end ??= reason;
    this.#current?.result.reject(ended(reason));
  }

  /** Kills the process and its children: it leads a process group of its own. */
  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || process.platform === 'win32') {
      this.#child.kill('SIGKILL');
      return;
    }
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      // It has ended already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  #tell(request: ChildRequest<W>): void {
    if (this.#child.connected) this.#child.send(request, () => undefined);
  }
}

function errorOf(sent: SentError): Error {
  return sent.code === null ? new Error(sent.message) : receivedError(sent, sent.code);
}

function ended(reason: string): VeilError {
  return new VeilError('JOB_ENDED', `The process that worked on it is gone: ${reason}.`, {
    hint: 'Most often the memory ran out: take fewer at once (--jobs).',
  });
}
