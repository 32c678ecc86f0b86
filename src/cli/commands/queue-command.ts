import { Command, Option } from 'commander';
import type { Io } from '../io.ts';
import { addOptionFlags, notAFlag } from '../option-flags.ts';
import { addQueueFlags } from './queue-flags.ts';

/** `veil queue`: gives files to the workers of many machines, and watches them. */
export function queueCommand(io: Io, finish: (exitCode: number) => void): Command {
  const queue = new Command('queue').description(
    'give files to veil worker on many machines, and watch them',
  );
  queue.addCommand(addCommand(io, finish));
  queue.addCommand(statusCommand(io, finish));
  queue.addCommand(retryCommand(io, finish));
  queue.addCommand(cancelCommand(io, finish));
  queue.addCommand(watchCommand(io, finish));
  return queue;
}

function addCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('add'), '--to')
    .description('add files to the queue, to be covered as veil blur covers them')
    .argument('<files...>', 'files, folders and patterns on a shared folder, file:/… or s3://bucket/key')
    .option(
      '-o, --output <file|folder>',
      'where the output goes (default: NAME.veil.EXT beside the input)',
      (path) => notAFlag(path, '-o'),
    )
    .option('--priority <1-100>', '1 comes first', '10')
    .option('--parts <seconds|off>', 'length of the parts that several workers share', '60')
    .option('--stop-for-review', 'end with the tracks, for veil review; add the file again with --tracks')
    .option('--tracks <file>', 'cover what this tracks file says, for one input', (path) =>
      notAFlag(path, '--tracks'),
    )
    .addOption(
      new Option('--findings <refuse|tell>', 'what becomes of an output in which the audit finds a face')
        .choices(['refuse', 'tell'])
        .default('refuse'),
    )
    .option('--json', 'print JSON lines');
  return addOptionFlags(command).action(async (files: string[]) => {
    const { queueAdd } = await import('./queue-add.ts');
    finish(await queueAdd(files, command, io));
  });
}

function statusCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('status'), '--from')
    .description('show files, workers and failures')
    .option('--json', 'print JSON');
  return command.action(async () => {
    const { queueStatus } = await import('./queue-status.ts');
    finish(await queueStatus(command.opts(), io));
  });
}

function retryCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('retry'), '--from')
    .description('begin failed jobs anew')
    .argument('[ids...]', 'ids that veil queue status shows')
    .option('--all', 'all that have failed');
  return command.action(async (ids: string[]) => {
    const { queueRetry } = await import('./queue-change.ts');
    finish(await queueRetry(ids, command.opts(), io));
  });
}

function cancelCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('cancel'), '--from')
    .description('end jobs; nothing of them is published')
    .argument('<ids...>', 'ids that veil queue status shows');
  return command.action(async (ids: string[]) => {
    const { queueCancel } = await import('./queue-change.ts');
    finish(await queueCancel(ids, command.opts(), io));
  });
}

function watchCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('watch'), '--from')
    .description('open a page that shows files, parts, workers and failures, on this machine alone')
    .option('--port <port>', 'port of the page; 0 takes a free one', '0');
  return command.action(async () => {
    const { queueWatch } = await import('./queue-watch.ts');
    finish(await queueWatch(command.opts(), io));
  });
}
