import ffmpeg, { type FfprobeData } from 'fluent-ffmpeg';
import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FfprobeOptions } from './ffprobe-options.ts';
import { CHILD_ENV } from './process.ts';

/**
 * Runs ffprobe on a file; the only use of fluent-ffmpeg.
 *
 * @throws the signal's reason if it fired; otherwise errors of fluent-ffmpeg, or a sentence
 */
export function runFfprobe(
  path: string,
  program: string,
  options: FfprobeOptions = {},
): Promise<FfprobeData> {
  const { timeoutMs = 60_000, signal } = options;
  return new Promise((resolve, reject) => {
    let children: readonly ChildProcess[] = [];
    const end = (reason: unknown): void => {
      for (const child of children) child.kill('SIGKILL');
      done();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a cause, wrapped by the caller
      reject(reason);
    };
    const onAbort = (): void => {
      end(signal?.reason);
    };
    const timer = setTimeout(() => {
      end(`ffprobe took longer than ${timeoutMs / 1000} s`);
    }, timeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    children = childrenOf(() => {
      ffmpeg()
        .setFfprobePath(program)
        // `file:` prevents names with a colon from being parsed as protocols; the list keeps playlists off the network.
        .input(`file:${path}`)
        .ffprobe(['-protocol_whitelist', 'file', '-show_chapters'], (error: unknown, data: FfprobeData) => {
          done();
          if (error === null || error === undefined) resolve(data);
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as above
          else reject(error);
        });
    });
  });
}

/**
 * Child processes that synchronous work starts: fluent-ffmpeg hides its ffprobe process, never ends it, and takes no
 * environment.
 */
function childrenOf(work: () => void): ChildProcess[] {
  const children: ChildProcess[] = [];
  const onChild = (message: unknown): void => {
    children.push((message as { process: ChildProcess }).process);
  };
  const before = process.env;
  subscribe('child_process', onChild);
  process.env = { ...before, ...CHILD_ENV };
  try {
    work();
  } finally {
    process.env = before;
    unsubscribe('child_process', onChild);
  }
  return children;
}
