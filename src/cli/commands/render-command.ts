import { Command } from 'commander';
import { addInputs, addTellFlags } from '../call.ts';
import { addExamples, addExitCodes, HEADINGS } from '../help.ts';
import type { Io } from '../io.ts';
import { addOptionFlags, repeated, valueOf } from '../option-flags.ts';
import { readAdd, readDrop, readDropAt, readZone, type TypedEdit } from '../../review/typed-edits.ts';

/** `veil render`: covers the tracks of tracks files, without a detector. */
export function renderCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addInputs(new Command('render'))
    .description('Cover what a tracks file says, edited or not.')
    .optionsGroup(HEADINGS.files)
    .option(
      '-o, --output <file|folder>',
      'Where to write. Default: NAME.veil.EXT beside the input.',
      valueOf('-o'),
    )
    .option(
      '--tracks <file|folder>',
      'Tracks file to read. Default: NAME.veil.tracks.json beside the input.',
      valueOf('--tracks'),
    )
    .optionsGroup(HEADINGS.edits)
    .option(
      '--drop <tracks>',
      'Leave these tracks uncovered, such as 35 or 35,36. May be repeated.',
      (text, earlier: readonly TypedEdit[] | undefined) => [...(earlier ?? []), ...readDrop(text)],
    )
    .option(
      '--drop-at <time,x,y>',
      'Leave the track at this time and point uncovered, such as 2.4s,300,490. May be repeated.',
      repeated<TypedEdit>(readDropAt),
    )
    .option(
      '--add <from-to,x,y,w,h>',
      'Cover the head around this face box, such as 1.0-3.5s,300,120,60,80. May be repeated.',
      repeated<TypedEdit>(readAdd),
    )
    .option(
      '--zone <kind,[from-to,]x,y,w,h>',
      'A rectangle to cover always (kind cover), to leave open (ignore), or outside of which all is covered (only). May be repeated.',
      repeated<TypedEdit>(readZone),
    );
  addTellFlags(addOptionFlags(command, 'covering'));
  addExamples(command, [
    ['veil render street.mp4', 'covers what street.veil.tracks.json says'],
    ['veil render street.mp4 --drop 35 --style mosaic', 'leaves track 35 uncovered'],
  ]);
  return addExitCodes(command).action(async (args: string[]) => {
    const { render } = await import('./render.ts');
    finish(await render(args, command, io));
  });
}
