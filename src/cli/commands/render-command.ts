import { Command } from 'commander';
import { addCallFlags } from '../call.ts';
import type { Io } from '../io.ts';
import { addOptionFlags, notAFlag } from '../option-flags.ts';
import { readAdd, readDrop, readDropAt, readZone, type TypedEdit } from '../../review/typed-edits.ts';

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
    )
    .option(
      '--drop <tracks>',
      'leave tracks uncovered, by number: 35 or 35,36; may be repeated',
      several(readDrop),
    )
    .option(
      '--drop-at <time,x,y>',
      'leave the track uncovered that is there then: 2.4s,300,490; may be repeated',
      several(readDropAt),
    )
    .option(
      '--add <from-to,x,y,w,h>',
      'cover the head around a face box: 1.0-3.5s,300,120,60,80; may be repeated',
      several(readAdd),
    )
    .option(
      '--zone <kind,[from-to,]x,y,w,h>',
      'always cover a rectangle (cover), find nothing in it (ignore), or show it alone (only); may be repeated',
      several(readZone),
    );
  return addOptionFlags(command, 'covering').action(async (args: string[]) => {
    const { render } = await import('./render.ts');
    finish(await render(args, command, io));
  });
}

/** For a flag that may be repeated. */
function several(
  read: (text: string) => TypedEdit | readonly TypedEdit[],
): (text: string, earlier: readonly TypedEdit[] | undefined) => readonly TypedEdit[] {
  return (text, earlier = []) => [...earlier, ...[read(text)].flat()];
}
