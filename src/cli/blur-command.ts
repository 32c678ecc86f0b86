import { Command } from 'commander';
import type { Io } from './io.ts';
import { addOptionFlags, notAFlag } from './option-flags.ts';

/** The flags of `veil blur` that are not options of config files. */
export interface BlurFlags {
  readonly output?: string;
  readonly audit?: true;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** `veil blur`: covers the faces in files, folders and patterns. */
export function blurCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = new Command('blur')
    .description('cover every face in videos and photos')
    .argument('<inputs...>', 'files, folders (with everything in them) and patterns such as "clips/**/*.mp4"')
    .option('-o, --output <file|folder>', 'where to; NAME.veil.EXT beside the input unless given', (path) =>
      notAFlag(path, '-o'),
    )
    .option('--audit', 'look at every finished file again, closer, as veil audit does')
    .option('--json', 'print one JSON object a line: each finished input, then a summary')
    .option('-q, --quiet', 'print errors only')
    .option('-v, --verbose', 'print what happens inside, and where errors come from');
  return addOptionFlags(command).action(async (args: string[]) => {
    // Loaded when needed: detectors and engines take their time, and help and config do without them.
    const { blur } = await import('./blur.ts');
    finish(await blur(args, command, io));
  });
}
