import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** `veil worker` in a process of its own. */
export interface WorkerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Whether it has ended, by itself or not. */
  hasEnded(): boolean;
  /** What it has said so far. */
  said(): string;
  /** Resolves when it has said so. */
  says(pattern: RegExp): Promise<void>;
  /** Ends the worker, and whatever it has started, without a word. */
  kill(): Promise<void>;
  /** Stops it for a while, as a network does that is cut. */
  pause(): void;
  resume(): void;
  /** Ctrl-C. @returns its exit code */
  stop(): Promise<number | null>;
}

export interface WorkerProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What starts Node, such as `ip netns exec NAME`. */
  readonly wrap?: readonly string[];
  /** The program; the one of the sources unless given. */
  readonly main?: readonly string[];
}

/** Starts a worker. */
export function startWorker(args: readonly string[], options: WorkerProcessOptions = {}): WorkerProcess {
  const { env = {}, wrap = [], main = ['--import', import.meta.resolve('tsx'), MAIN] } = options;
  const [program = '', ...rest] = [...wrap, process.execPath, ...main, 'worker', ...args];
  const child = spawn(program, rest, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own, so that it can be killed with what it has started.
    detached: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const pid = child.pid!;
  const kill = async (): Promise<void> => {
    if (hasEnded(child)) return;
    const ended = once(child, 'exit');
    signalGroup(pid, 'SIGKILL');
    await ended;
  };
  return {
    pid,
    hasEnded: () => hasEnded(child),
    said: () => said,
    says: async (pattern) => {
      while (!pattern.test(said)) {
        if (hasEnded(child)) throw new Error(`The worker ended: ${said}`);
        const listening = new AbortController();
        const { signal } = listening;
        await Promise.race([once(child.stderr, 'data', { signal }), once(child, 'exit', { signal })]);
        // The one that lost goes on listening otherwise.
        listening.abort();
      }
    },
    kill,
    pause: () => {
      if (!hasEnded(child)) process.kill(pid, 'SIGSTOP');
    },
    resume: () => {
      if (!hasEnded(child)) process.kill(pid, 'SIGCONT');
    },
    stop: async () => {
      if (hasEnded(child)) return child.exitCode;
      const ended = once(child, 'exit');
      process.kill(pid, 'SIGINT');
      await ended;
      return child.exitCode;
    },
    [Symbol.asyncDispose]: kill,
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
