import { Command } from 'commander';
import { addOptionFlags, notAFlag } from '../option-flags.ts';
import type { Io } from '../io.ts';

/** `veil review`: a page on which a person sees every doubt, mends it, and renders the file. */
export function reviewCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = new Command('review')
    .description('open a page to check what is covered, change it, and render the result')
    .argument('<file|folder>', 'a video or photo, what veil made of it, or a folder whose files are listed')
    .option(
      '--tracks <file>',
      'what is covered (default: NAME.veil.tracks.json beside the input; found first if it is not there)',
      (path) => notAFlag(path, '--tracks'),
    )
    .option('-o, --output <file>', 'where to render to (default: NAME.veil.EXT beside the input)', (path) =>
      notAFlag(path, '-o'),
    )
    .option('--port <port>', 'port of the page; 0 takes a free one', '0')
    .option('--idle <minutes>', 'end when nothing was done for so long', '30')
    .option('--by <name>', 'who reviews, for the edit log (default: your user name)')
    .option('--take-over', 'take the file from a review that ended without giving it back')
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'print errors and the URL only')
    .option('-v, --verbose', 'print debug messages and the causes of errors');
  return addOptionFlags(command).action(async (path: string) => {
    const { review } = await import('./review.ts');
    finish(await review(path, command, io));
  });
}
