import { setTimeout as wait } from 'node:timers/promises';
import { sentError } from '../../observe/detector-messages.ts';
import { loggerTo, type Logger } from '../../logger.ts';
import type { ChildAnswer, ChildRequest, Work } from './messages.ts';

/** Context of one task. */
export interface TaskContext<W extends Work> {
  /** Fires when the owner stops the task, or has died. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly tell: (event: W['event']) => void;
}

/** Time to clean up after the owner has died, ms. */
const GRACE = 5000;

/**
 * Makes this process work on the tasks that its owner sends (`JobChild`). When the owner closes it or dies, the process
 * stops its task, so that nothing unfinished stays behind, and ends.
 *
 * @param close disposes of what is kept between tasks
 */
export function serveTasks<W extends Work>(
  work: (task: W['task'], context: TaskContext<W>) => Promise<W['result']>,
  close: () => Promise<void> = () => Promise.resolve(),
): void {
  const say = (answer: ChildAnswer<W>): void => {
    if (process.connected) process.send?.(answer);
  };
  let stopping = new AbortController();
  let working: Promise<void> = Promise.resolve();

  const run = async (task: W['task']): Promise<void> => {
    stopping = new AbortController();
    const context = {
      signal: stopping.signal,
      logger: loggerTo((level, message) => {
        say({ kind: 'log', level, message });
      }),
      tell: (event: W['event']) => {
        say({ kind: 'event', event });
      },
    };
    try {
      say({ kind: 'done', result: await work(task, context) });
    } catch (error) {
      say({ kind: 'failed', error: sentError(error) });
    }
  };

  process.on('message', (request: ChildRequest<W>): void => {
    if (request.kind === 'run') working = run(request.task);
    else stopping.abort();
  });
  process.once('disconnect', () => {
    stopping.abort();
    // Threads of a library might keep the process alive, as in the detector process.
    const cleaned = working.then(close);
    void Promise.race([cleaned, wait(GRACE)]).finally(() => process.kill(process.pid, 'SIGKILL'));
  });
}
