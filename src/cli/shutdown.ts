import { EXIT } from '../errors.ts';
import type { Io } from './io.ts';

/** One key press may arrive twice: from the terminal, and from a parent process such as npm that forwards it. */
const SAME_PRESS_MS = 300;

/**
 * Runs work that can be stopped: the first Ctrl-C aborts the signal, so that the work cleans up and rejects with
 * INTERRUPTED; the second ends the program at once.
 */
export async function withSignals<T>(io: Io, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let firstAt = 0;
  const release = io.onStop(() => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      io.stderr.write(`${io.stderr.isTTY === true ? '\r\x1b[K' : ''}Stopping; once more to force.\n`);
      controller.abort();
    } else if (performance.now() - firstAt > SAME_PRESS_MS) {
      io.exit(EXIT.interrupted);
    }
  });
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
