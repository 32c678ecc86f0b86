import type { Writable } from 'node:stream';

/** Node closes the pipe of a process that ended, so one of the two always comes. */
export function roomOrEnd(stdin: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stdin.off('drain', done).off('close', done);
      resolve();
    };
    stdin.once('drain', done).once('close', done);
  });
}
