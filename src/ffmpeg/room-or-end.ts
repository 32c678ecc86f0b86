import type { Writable } from 'node:stream';

/** Resolves when the pipe has room, or closes: Node.js closes the pipe of an ended process. */
export function roomOrEnd(stdin: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stdin.off('drain', done).off('close', done);
      resolve();
    };
    stdin.once('drain', done).once('close', done);
  });
}
