import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { basename } from 'node:path';
import { traceProgram, traceStart } from '../base/trace.ts';
import { VeilError } from '../errors.ts';
import { withoutSecrets } from './secrets.ts';

export interface ProcessOptions {
  /** Opens a pipe to its standard input. */
  readonly stdin?: boolean;
  /** Opens a pipe to its fd 3, for programs without further outputs. */
  readonly hasSecondInput?: boolean;
  /** Number of pipes to read from: the first is standard output (fd 1), further ones are fd 3, 4, … */
  readonly outputs?: number;
  /** Protects it from Ctrl-C, which reaches every process of a terminal; its owner ends it after its last work. */
  readonly isDetached?: boolean;
  /** Called for each line that it writes to stderr. */
  readonly onLine?: (line: string) => void;
  /** Stops the process when it fires. */
  readonly signal?: AbortSignal | undefined;
}

/** Result of a child process: exit code or signal. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last few kilobytes of its stderr. */
  readonly stderr: string;
}

/** A running child process. */
export interface FfmpegProcess {
  readonly stdin: Writable | null;
  /** Its input at fd 3. */
  readonly secondInput: Writable | null;
  readonly outputs: readonly Readable[];
  /** Resolves when it has ended in any way. Rejects only if it could not be started. */
  readonly exited: Promise<ProcessEnd>;
  /** Ends it: closes its pipes, sends TERM, then KILL. Resolves when it has exited. */
  stop(): Promise<void>;
}

/** Time between TERM and KILL, ms. */
const GRACE = 500;
const STDERR_LIMIT = 8192;

/**
 * Environment of child processes. Statically linked builds, such as npm's ffprobe, crash when they use glibc's converters of
 * character sets, as for the names of TV stations: this folder names none, and comes before that of the system, which glibc
 * always adds. Veil reads no such names.
 */
export const CHILD_ENV = {
  GCONV_PATH: fileURLToPath(new URL('../../config/charsets', import.meta.url)),
} as const;

/** Starts a program without a shell. Starts and ends every child process of Veil. */
export function startFfmpeg(
  path: string,
  args: readonly string[],
  options: ProcessOptions = {},
): FfmpegProcess {
  const { stdin = false, outputs = 0, hasSecondInput = false, isDetached = false, signal, onLine } = options;
  const extra = Array.from({ length: hasSecondInput ? 1 : Math.max(0, outputs - 1) }, () => 'pipe' as const);
  const child = spawn(path, args, {
    stdio: [stdin ? 'pipe' : 'ignore', outputs > 0 ? 'pipe' : 'ignore', 'pipe', ...extra],
    env: { ...process.env, ...CHILD_ENV },
    windowsHide: true,
    // On Windows, detaching would open a window.
    detached: isDetached && process.platform !== 'win32',
  });
  const started = traceStart();
  let ended = false;
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_LIMIT);
  });
  if (onLine !== undefined && child.stderr !== null) createInterface(child.stderr).on('line', onLine);
  // The exit status and stderr tell the reason of a broken pipe; an unhandled 'error' event would end this program.
  child.stdin?.on('error', () => undefined);
  const secondInput = hasSecondInput ? (child.stdio[3] as Writable) : null;
  secondInput?.on('error', () => undefined);

  const exited = new Promise<ProcessEnd>((resolve, reject) => {
    child.once('error', (cause) => {
      ended = true;
      reject(
        new VeilError('FFMPEG_NOT_FOUND', `${path} could not be started.`, {
          hint: 'See what works here with: veil doctor',
          cause,
        }),
      );
    });
    child.once('exit', () => {
      ended = true;
      traceProgram(child.pid ?? 0, basename(path), started);
    });
    child.once('close', (code, name) => {
      resolve({ code, signal: name, stderr: stderr.trim() });
    });
  });
  exited.catch(() => undefined);

  const stop = async (): Promise<void> => {
    for (const stream of child.stdio) stream?.destroy();
    if (!ended) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE);
      await new Promise<void>((resolve) => {
        child.once('exit', () => {
          resolve();
        });
        child.once('error', () => {
          resolve();
        });
      });
      clearTimeout(timer);
    }
  };
  const onAbort = (): void => void stop();
  signal?.addEventListener('abort', onAbort, { once: true });
  void exited.then(
    () => signal?.removeEventListener('abort', onAbort),
    () => signal?.removeEventListener('abort', onAbort),
  );
  if (signal?.aborted === true) onAbort();

  return {
    stdin: child.stdin,
    secondInput,
    outputs: Array.from(
      { length: outputs },
      (_, index) => child.stdio[index === 0 ? 1 : index + 2] as Readable,
    ),
    exited,
    stop,
  };
}

/**
 * Runs a program to its end and returns its output; as `latin1`, a character each byte.
 *
 * @throws VeilError FFMPEG_NOT_FOUND if it could not be started, INTERNAL if it took too long or wrote too much
 */
export async function capture(
  path: string,
  args: readonly string[],
  options: {
    timeoutMs?: number;
    maxBytes?: number;
    encoding?: 'utf8' | 'latin1';
    signal?: AbortSignal | undefined;
  } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { timeoutMs = 30_000, maxBytes = 8 * 1024 * 1024, encoding = 'utf8', signal } = options;
  const running = startFfmpeg(path, args, { outputs: 1, signal });
  const chunks: Buffer[] = [];
  let bytes = 0;
  const problems: string[] = [];
  const giveUp = (reason: string): void => {
    problems.push(reason);
    void running.stop();
  };
  running.outputs[0]?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) giveUp('said too much');
    else chunks.push(chunk);
  });
  running.outputs[0]?.on('error', () => undefined);
  const timer = setTimeout(() => {
    giveUp(`took longer than ${timeoutMs / 1000} s`);
  }, timeoutMs);
  try {
    const { code, stderr } = await running.exited;
    const [problem] = problems;
    if (problem !== undefined) throw new VeilError('INTERNAL', `${path} ${problem}.`);
    return { code, stdout: Buffer.concat(chunks).toString(encoding), stderr };
  } finally {
    clearTimeout(timer);
  }
}

/** ffmpeg's reason for a failure, for a message: the last line of its stderr, without secrets. */
export function lastLine(stderr: string): string {
  return withoutSecrets(stderr.split('\n').at(-1)?.slice(0, 300) ?? '') || 'ffmpeg gave no reason';
}

/** The same for an ffmpeg that logs more than errors, with the level of each line (`-v level+info`). */
export function lastError(stderr: string): string {
  const errors = [...stderr.matchAll(/^(?:\[[^\]]* @ [^\]]*\] )*\[(?:error|fatal|panic)\] (.*)$/gm)];
  return lastLine(errors.at(-1)?.[1] ?? '');
}
