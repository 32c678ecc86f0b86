import { Command } from 'commander';
import { addCallFlags } from '../call.ts';
import type { Io } from '../io.ts';
import { addOptionFlags, notAFlag } from '../option-flags.ts';

/** `veil render`: covers what tracks files say, and looks for nothing else. */
export function renderCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addCallFlags(new Command('render'))
    .description('cover what a tracks file of veil detect or veil blur says, edited or not')
    .option(
      '--tracks <file|folder>',
      'what to cover (default: NAME.veil.tracks.json beside the input)',
      (path) => notAFlag(path, '--tracks'),
    )
    .option(
      '-o, --output <file|folder>',
      'where to write (default: NAME.veil.EXT beside the input)',
      (path) => notAFlag(path, '-o'),
    );
  return addOptionFlags(command, 'covering').action(async (args: string[]) => {
    const { render } = await import('./render.ts');
    finish(await render(args, command, io));
  });
}
