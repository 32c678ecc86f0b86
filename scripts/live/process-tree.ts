import { readdir, readFile } from 'node:fs/promises';

/** CPU time and memory of a program and its children, as Linux reports them. */
export interface Usage {
  /** Seconds of processor time since the start, also of children that have ended. */
  readonly cpu: number;
  /** Megabytes of the program itself, and of it with all its children (shared pages counted each time). */
  readonly ownMemory: number;
  readonly allMemory: number;
  /** Seconds of processor time that all processes of the machine have used. */
  readonly machine: number;
}

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** Ticks. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

/** Ticks a second: the same on every Linux. */
const TICKS = 100;
const PAGE = 4096;

/** Watches a program and all its descendants. Asked often enough, it misses little of children that end. */
export class ProcessTree {
  readonly #root: number;
  readonly #cpu = new Map<number, number>();

  constructor(root: number) {
    this.#root = root;
  }

  async usage(): Promise<Usage> {
    const [all, machine] = await Promise.all([allProcesses(), machineTime()]);
    const tree = all.filter(({ pid }) => pid === this.#root);
    for (const each of tree) tree.push(...all.filter(({ parent }) => parent === each.pid));
    for (const { pid, cpu } of tree) this.#cpu.set(pid, cpu);
    const sum = (list: readonly number[]): number => list.reduce((total, value) => total + value, 0);
    return {
      cpu: sum([...this.#cpu.values()]) / TICKS,
      ownMemory: (tree[0]?.memory ?? 0) / 2 ** 20,
      allMemory: sum(tree.map(({ memory }) => memory)) / 2 ** 20,
      machine,
    };
  }

  /** Ends a direct child with KILL, found by its arguments. */
  async kill(text: string): Promise<boolean> {
    for (const { pid, parent } of await allProcesses()) {
      if (parent !== this.#root) continue;
      const args = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (!args.includes(text)) continue;
      process.kill(pid, 'SIGKILL');
      return true;
    }
    return false;
  }
}

/** The first line: user, nice, system, idle, iowait, irq, softirq, steal. */
async function machineTime(): Promise<number> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const times = line.split(/\s+/).slice(1, 9).map(Number);
  return times.reduce((sum, time, index) => (index === 3 || index === 4 ? sum : sum + time), 0) / TICKS;
}

async function allProcesses(): Promise<ProcessFacts[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    // One that has ended in the meantime has no file.
    pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
  );
  return stats.filter((stat) => stat !== '').map(factsOf);
}

/** Fields after the name, which may hold blanks and brackets: state, parent, …, utime (11), stime (12), …, rss (21). */
function factsOf(stat: string): ProcessFacts {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(fields[1]),
    cpu: Number(fields[11]) + Number(fields[12]),
    memory: Number(fields[21]) * PAGE,
  };
}
