import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BaseFile } from './base-files.ts';
import { newTally, type Tally } from './case.ts';
import type { ReaderMessage, ReaderWork } from './reader-program.ts';

/** Milliseconds after which a case counts as hung. */
const HANG = 30_000;
/** Milliseconds that the process may take to start on a busy machine. */
const START = 300_000;

/** Megabytes of memory that a reader may take. */
const MEMORY = 512;

/**
 * Reads damaged inputs in a process that is watched: one that hangs or takes too much memory is a failure, and the next
 * case goes on in a new process.
 */
export async function runReaders(
  { folder, files }: { readonly folder: string; readonly files: readonly BaseFile[] },
  seeds: { readonly from: number; readonly count: number },
  until: number,
): Promise<Tally> {
  const whole = newTally();
  for (let done = 0; done < seeds.count && Date.now() < until;) {
    const rest = { from: seeds.from + done, count: seeds.count - done };
    const { tally, failures, at, problem } = await runProcess({ folder, files, seeds: rest, until });
    whole.failures.push(...failures);
    if (tally !== null) {
      add(whole, tally);
      break;
    }
    whole.cases += at + 1;
    whole.failures.push({ seed: rest.from + at, target: 'reader', problem });
    done += at + 1;
  }
  return whole;
}

/** How far a process came, and how it ended. */
interface Ending {
  readonly tally: Tally | null;
  readonly failures: Tally['failures'];
  readonly at: number;
  readonly problem: string;
}

function runProcess(work: ReaderWork): Promise<Ending> {
  const program = fileURLToPath(new URL('./reader-program.ts', import.meta.url));
  const child = fork(program, [], {
    execArgv: ['--import', import.meta.resolve('tsx'), `--max-old-space-size=${MEMORY}`],
    serialization: 'advanced',
  });
  return new Promise((resolve, reject) => {
    let tally: Tally | null = null;
    const failures: Tally['failures'] = [];
    let at = 0;
    let problem = 'the process ended';
    const onHang = (): void => {
      problem = 'it hangs';
      child.kill('SIGKILL');
    };
    let timer = setTimeout(onHang, START);
    child.on('message', (message: ReaderMessage) => {
      clearTimeout(timer);
      timer = setTimeout(onHang, HANG);
      if ('at' in message) ({ at } = message);
      else if ('failure' in message) failures.push(message.failure);
      else ({ tally } = message);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ tally, failures, at, problem: `${problem} (${signal ?? code ?? 'unknown'})` });
    });
    child.send(work);
  });
}

function add(to: Tally, from: Tally): void {
  to.cases += from.cases;
  for (const [outcome, times] of Object.entries(from.outcomes)) {
    to.outcomes[outcome] = (to.outcomes[outcome] ?? 0) + times;
  }
}
