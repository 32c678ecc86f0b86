import { Command } from 'commander';
import type { Io } from '../io.ts';
import { addQueueFlags } from './queue-flags.ts';

/** `veil worker`: works on the files of a queue. */
export function workerCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('worker'), '--from')
    .description('work on the files of a queue, until it is stopped')
    .requiredOption(
      '--root <folder|s3://bucket/prefix>',
      'a place that jobs may read from and write to; may be repeated',
      (root: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), root],
    )
    .option('--concurrency <n>', 'jobs at once', '1')
    .option('--overwrite', 'let jobs replace files that Veil wrote')
    .option(
      '--scratch <folder>',
      'where what is fetched lies meanwhile (default: the folder for temporary files)',
    )
    .option('--quota <gigabytes>', 'most that is fetched at once', '50')
    .option('--lease <seconds>', 'time after which the jobs of a worker that is not heard go to others', '30')
    .option('--json', 'print JSON lines')
    .option('-q, --quiet', 'print errors only')
    .option('-v, --verbose', 'print debug messages');
  return command.action(async () => {
    const { worker } = await import('./worker.ts');
    finish(await worker(command.opts(), io));
  });
}
