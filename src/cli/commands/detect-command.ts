import { Command } from 'commander';
import { addInputs, addTellFlags } from '../call.ts';
import { addExamples, addExitCodes, HEADINGS } from '../help.ts';
import type { Io } from '../io.ts';
import { addOptionFlags, valueOf } from '../option-flags.ts';

/** `veil detect`: finds faces, and writes the tracks file for `veil render`. */
export function detectCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addInputs(new Command('detect'))
    .description('Find every face and write a tracks file, but no video.')
    .optionsGroup(HEADINGS.files)
    .option(
      '-o, --output <file|folder>',
      'Where to write. Default: NAME.veil.tracks.json beside the input.',
      valueOf('-o'),
    );
  addTellFlags(addOptionFlags(command, 'finding'));
  addExamples(command, [
    ['veil detect street.mp4', 'writes street.veil.tracks.json'],
    ['veil render street.mp4', 'covers what that file says'],
  ]);
  return addExitCodes(command).action(async (args: string[]) => {
    const { detect } = await import('./detect.ts');
    finish(await detect(args, command, io));
  });
}
