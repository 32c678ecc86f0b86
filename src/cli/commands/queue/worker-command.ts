import { Command } from 'commander';
import { addExamples, HEADINGS } from '../../help.ts';
import type { Io } from '../../io.ts';
import { repeated } from '../../option-flags.ts';
import { addQueueFlags } from './queue-flags.ts';

/** `veil worker`: covers the files of a queue. */
export function workerCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('worker'), '--from')
    .description('Cover the files of a queue, until stopped.')
    .optionsGroup(HEADINGS.worker)
    .requiredOption(
      '--root <folder|s3://bucket/prefix>',
      'Required: a place that jobs may read from and write to. May be repeated.',
      repeated((root) => root),
    )
    .option('--concurrency <n>', 'Jobs at once.', '1')
    .option('--overwrite', 'Let jobs replace files that Veil wrote.')
    .option('--scratch <folder>', 'Folder for fetched files. Default: the folder for temporary files.')
    .option('--quota <gigabytes>', 'Most that is fetched at once.', '50')
    .option('--lease <seconds>', 'Silence after which the jobs of a worker go to others.', '30')
    .optionsGroup(HEADINGS.general)
    .option('--json', 'Print JSON lines.')
    .option('-q, --quiet', 'Print errors only.')
    .option('-v, --verbose', 'Print debug messages.');
  addExamples(command, [['veil worker --from redis://127.0.0.1:6379 --root /srv/footage', '']]);
  return command.action(async () => {
    const { worker } = await import('./worker.ts');
    finish(await worker(command.opts(), io));
  });
}
