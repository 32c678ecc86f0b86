import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ProcessTree } from '../live/process-tree.ts';

/** Resources that a program and all its children used; null if the system does not report them. Linux reports all. */
export interface Usage {
  readonly wall: number;
  /** Seconds of processor time. */
  readonly cpu: number | null;
  /** Largest resident memory, MB: of the program itself, and with its children. */
  readonly ownPeak: number | null;
  readonly allPeak: number | null;
  /** Bytes that the program itself read and wrote. */
  readonly moved: number | null;
}

/** Milliseconds between two looks at the memory. */
const EVERY = 200;

/** Runs a program to its end, one at a time. */
export async function measureCommand(command: string, args: readonly string[]): Promise<Usage> {
  const cpuBefore = childrenCpu();
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const watch = new Watch(child.pid ?? 0);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const wall = (performance.now() - started) / 1000;
  await watch.stop();
  // 3 is Veil's: done, but there are places to look at.
  if (code !== 0 && code !== 3) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  const cpuAfter = childrenCpu();
  const cpu = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore;
  return { wall, cpu, ownPeak: watch.ownPeak, allPeak: watch.allPeak, moved: watch.moved };
}

class Watch {
  ownPeak: number | null = null;
  allPeak: number | null = null;
  moved: number | null = null;
  readonly #pid: number;
  readonly #tree: ProcessTree;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();

  constructor(pid: number) {
    this.#pid = pid;
    this.#tree = new ProcessTree(pid);
    this.#timer = setInterval(() => {
      // A system without /proc tells nothing; an interval without an answer is left out.
      this.#running = this.#look().catch(() => undefined);
    }, EVERY);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    const { ownMemory, allMemory } = await this.#tree.usage();
    this.ownPeak = Math.max(this.ownPeak ?? 0, ownMemory);
    this.allPeak = Math.max(this.allPeak ?? 0, allMemory);
    const text = await readFile(`/proc/${this.#pid}/io`, 'utf8');
    const numbers = [...text.matchAll(/^[rw]char: (\d+)$/gm)].map(([, digits]) => Number(digits));
    this.moved = numbers.reduce((sum, value) => sum + value, 0);
  }
}

/** Seconds that all children took which have ended so far, with theirs: fields 16 and 17 of the line. */
function childrenCpu(): number | null {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    // Other systems have no such file.
    return null;
  }
}
