import type { Io } from '../../src/cli/io.ts';
import { run } from '../../src/cli/program.ts';

/** The environment of the program in a test. */
export interface MemoryIo extends Io {
  readonly out: () => string;
  readonly err: () => string;
  /** Ctrl-C. */
  readonly stop: () => void;
  /** Exit codes with which the program ended itself. */
  readonly exits: number[];
}

export interface MemoryIoOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly columns?: number;
}

export function memoryIo({ env = {}, tty = false, columns }: MemoryIoOptions = {}): MemoryIo {
  let out = '';
  let err = '';
  const stops = new Set<() => void>();
  const exits: number[] = [];
  return {
    stdout: { write: (text) => (out += text), isTTY: tty, columns },
    stderr: { write: (text) => (err += text), isTTY: tty, columns },
    env,
    onStop: (stop) => {
      stops.add(stop);
      return () => stops.delete(stop);
    },
    exit: (code) => exits.push(code),
    out: () => out,
    err: () => err,
    stop: () => {
      for (const stop of stops) stop();
    },
    exits,
  };
}

/** Runs the program in this process. */
export async function veil(
  argv: readonly string[],
  options?: MemoryIoOptions,
): Promise<{ code: number; out: string; err: string }> {
  const io = memoryIo(options);
  const code = await run(argv, io);
  return { code, out: io.out(), err: io.err() };
}
