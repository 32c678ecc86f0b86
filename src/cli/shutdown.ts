import { EXIT } from '../errors.ts';
import type { Io } from './io.ts';

/**
 * Runs work that can be stopped: the first Ctrl-C aborts the signal, so that the work cleans up and rejects with
 * INTERRUPTED; the second ends the program at once.
 */
export async function stoppable<T>(io: Io, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const release = io.onStop(() => {
    if (controller.signal.aborted) {
      io.exit(EXIT.interrupted);
      return;
    }
    io.stderr.write(`${io.stderr.isTTY === true ? '\r\x1b[K' : ''}Stopping; once more to force.\n`);
    controller.abort();
  });
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
