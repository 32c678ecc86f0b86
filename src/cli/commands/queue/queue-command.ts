import { Command, Option } from 'commander';
import { addExamples, HEADINGS } from '../../help.ts';
import type { Io } from '../../io.ts';
import { addOptionFlags, valueOf } from '../../option-flags.ts';
import { addQueueFlags } from './queue-flags.ts';

/** `veil queue`: adds files for the workers of many machines, and shows their progress. */
export function queueCommand(io: Io, finish: (exitCode: number) => void): Command {
  const queue = new Command('queue').description(
    'Give files to the workers of many machines, and watch them.',
  );
  queue.addCommand(addCommand(io, finish));
  queue.addCommand(statusCommand(io, finish));
  queue.addCommand(retryCommand(io, finish));
  queue.addCommand(cancelCommand(io, finish));
  queue.addCommand(watchCommand(io, finish));
  return addExamples(queue, [
    ['veil queue add --to redis://127.0.0.1:6379 /srv/footage', ''],
    ['veil queue status --from redis://127.0.0.1:6379', ''],
  ]);
}

function addCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('add'), '--to')
    .description('Add files to the queue; workers cover them as veil blur does.')
    .argument('<files...>', 'Files, folders and patterns on a shared folder, file:/… or s3://bucket/key.')
    .option('--priority <1-100>', 'Jobs of priority 1 come first.', '10')
    .option('--parts <seconds|off>', 'Length of the parts that several workers share.', '60')
    .option(
      '--stop-for-review',
      'Stop when the tracks file is written. Review it, and add the file again with --tracks.',
    )
    .addOption(
      new Option(
        '--findings <risk|refuse|tell>',
        'Refuse an output in which the audit finds a possible face: where it carries a risk (risk), always (refuse) or never (tell).',
      )
        .choices(['risk', 'refuse', 'tell'])
        .default('risk'),
    )
    .option('--again', 'Repeat jobs that are done.')
    .optionsGroup(HEADINGS.files)
    .option(
      '-o, --output <file|folder>',
      'Where to write. Default: NAME.veil.EXT beside the input.',
      valueOf('-o'),
    )
    .option('--tracks <file>', 'Cover what this tracks file says; for one input.', valueOf('--tracks'));
  return addOptionFlags(command)
    .option('--json', 'Print JSON lines.')
    .action(async (files: string[]) => {
      const { queueAdd } = await import('./queue-add.ts');
      finish(await queueAdd(files, command, io));
    });
}

function statusCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('status'), '--from')
    .description('Show files, workers and failures.')
    .optionsGroup(HEADINGS.general)
    .option('--json', 'Print JSON.');
  return command.action(async () => {
    const { queueStatus } = await import('./queue-status.ts');
    finish(await queueStatus(command.opts(), io));
  });
}

function retryCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('retry'), '--from')
    .description('Start failed jobs again.')
    .argument('[ids...]', 'Ids, as veil queue status shows them.')
    .option('--all', 'Retry every failed job.');
  return command.action(async (ids: string[]) => {
    const { queueRetry } = await import('./queue-change.ts');
    finish(await queueRetry(ids, command.opts(), io));
  });
}

function cancelCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('cancel'), '--from')
    .description('Cancel jobs; nothing of them is published.')
    .argument('<ids...>', 'Ids, as veil queue status shows them.');
  return command.action(async (ids: string[]) => {
    const { queueCancel } = await import('./queue-change.ts');
    finish(await queueCancel(ids, command.opts(), io));
  });
}

function watchCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addQueueFlags(new Command('watch'), '--from')
    .description('Open a page on this machine that shows files, parts, workers and failures.')
    .option('--port <port>', 'Port of the page; 0 takes a free one.', '0');
  return command.action(async () => {
    const { queueWatch } = await import('./queue-watch.ts');
    finish(await queueWatch(command.opts(), io));
  });
}
