import { Command } from 'commander';
import { addExamples, addExitCodes, HEADINGS } from '../../help.ts';
import { addOptionFlags, valueOf } from '../../option-flags.ts';
import type { Io } from '../../io.ts';

/** `veil review`: opens a page to check doubts, correct covers and render the file. */
export function reviewCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = new Command('review')
    .description('Open a page to check the covers, correct them and render again.')
    .argument('<file|folder>', 'A video or photo, its covered output, or a folder of such files.')
    .optionsGroup(HEADINGS.files)
    .option(
      '-o, --output <file>',
      'Where to render to. Default: NAME.veil.EXT beside the input.',
      valueOf('-o'),
    )
    .option(
      '--tracks <file>',
      'Tracks file to review. Default: NAME.veil.tracks.json beside the input, which is written first if missing.',
      valueOf('--tracks'),
    )
    .optionsGroup(HEADINGS.review)
    .option('--port <port>', 'Port of the page; 0 takes a free one.', '0')
    .option('--idle <minutes>', 'End after this time without activity.', '30')
    .option('--by <name>', 'Name of the reviewer, for the edit log. Default: your user name.')
    .option('--take-over', 'Take over a file that an interrupted review still holds.')
    .option('--list', 'Print the files of a folder with their open doubts, and open no page.');
  addOptionFlags(command)
    .option('--json', 'Print JSON.')
    .option('-q, --quiet', 'Print errors and the URL only.')
    .option('-v, --verbose', 'Print debug messages and the causes of errors.');
  addExamples(command, [
    ['veil review protest.veil.mp4', 'after veil blur protest.mp4'],
    ['veil review footage/ --tracks covered/', 'all files of a folder'],
  ]);
  return addExitCodes(command).action(async (path: string) => {
    const { review } = await import('./review.ts');
    finish(await review(path, command, io));
  });
}
