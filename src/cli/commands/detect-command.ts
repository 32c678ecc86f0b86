import { Command } from 'commander';
import { addCallFlags } from '../call.ts';
import type { Io } from '../io.ts';
import { addOptionFlags, notAFlag } from '../option-flags.ts';

/** `veil detect`: finds the faces, and writes down what `veil render` is to cover. */
export function detectCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addCallFlags(new Command('detect'))
    .description('find every face and write a tracks file for editing and for veil render; writes no video')
    .option(
      '-o, --output <file|folder>',
      'where to write (default: NAME.veil.tracks.json beside the input)',
      (path) => notAFlag(path, '-o'),
    );
  return addOptionFlags(command, 'finding').action(async (args: string[]) => {
    const { detect } = await import('./detect.ts');
    finish(await detect(args, command, io));
  });
}
