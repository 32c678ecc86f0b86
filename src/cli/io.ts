/** Destination of text. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width in characters, on a terminal. */
  readonly columns?: number | undefined;
}

/** The program's access to its environment, which tests can replace. */
export interface Io {
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls `stop` for each request to stop (Ctrl-C, TERM), until the returned function is called. */
  onStop(stop: () => void): () => void;
  /** Calls `listener` for each key press, until the returned function is called; absent without a terminal. */
  readonly onKey?: (listener: (key: string) => void) => () => void;
  /** Ends the program at once. */
  exit(code: number): void;
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The real environment. */
export function processIo(): Io {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onStop: (stop) => {
      for (const signal of STOP_SIGNALS) process.on(signal, stop);
      return () => {
        for (const signal of STOP_SIGNALS) process.off(signal, stop);
      };
    },
    ...(process.stdin.isTTY ? { onKey: onTerminalKey } : {}),
    exit: (code) => process.exit(code),
  };
}

function onTerminalKey(listener: (key: string) => void): () => void {
  const { stdin } = process;
  const hear = (text: string): void => {
    for (const key of text) {
      // In raw mode, the terminal does not turn Ctrl-C into a signal.
      if (key === '\u0003') process.kill(process.pid, 'SIGINT');
      else listener(key);
    }
  };
  stdin.setRawMode(true).setEncoding('utf8').on('data', hear).resume();
  return () => {
    stdin.off('data', hear).pause().setRawMode(false);
  };
}
