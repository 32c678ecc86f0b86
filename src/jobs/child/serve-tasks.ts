import { setTimeout as wait } from 'node:timers/promises';
import { sentError } from '../../observe/detector-messages.ts';
import type { Logger } from '../../logger.ts';
import type { ChildAnswer, ChildRequest, Work } from './messages.ts';

/** What the work on one task is given. */
export interface TaskContext<W extends Work> {
  /** Fires when the owner stops the task, or is gone. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly tell: (event: W['event']) => void;
}

/** How long work may go on, to clean up, when its owner is gone, ms. */
const GRACE = 5000;

/**
 * Makes this process work on the tasks that its owner sends (`JobChild`). It ends when the owner lets go of it or dies:
 * the task is stopped then, so that nothing unfinished stays behind.
 *
 * @param close ends what was kept from task to task
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
      logger: loggerFor(say),
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
    // As a detector's process does: threads of a library might keep it alive.
    const cleaned = working.then(close);
    void Promise.race([cleaned, wait(GRACE)]).finally(() => process.kill(process.pid, 'SIGKILL'));
  });
}

function loggerFor(
  say: (answer: { kind: 'log'; level: 'debug' | 'info' | 'warn'; message: string }) => void,
): Logger {
  const at = (level: 'debug' | 'info' | 'warn') => (message: string) => {
    say({ kind: 'log', level, message });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn') };
}
