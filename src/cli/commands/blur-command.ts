import { Command } from 'commander';
import { addCallFlags } from '../call.ts';
import { VeilError } from '../../errors.ts';
import type { Jobs } from '../../jobs/batch/at-once.ts';
import type { Io } from '../io.ts';
import { addOptionFlags, notAFlag } from '../option-flags.ts';

const MOST_JOBS = 128;

/** @throws VeilError USAGE */
function readJobs(text: string): Jobs {
  if (text === 'auto') return text;
  const jobs = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= MOST_JOBS) return jobs;
  throw new VeilError('USAGE', `--jobs needs a number from 1 to ${MOST_JOBS}, or auto, not ${text}.`);
}

/** `veil blur`: covers the faces in files, folders and patterns. */
export function blurCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = addCallFlags(new Command('blur'))
    .description('cover every face in videos and photos')
    .option(
      '-o, --output <file|folder>',
      'where to write (default: NAME.veil.EXT beside the input)',
      (path) => notAFlag(path, '-o'),
    )
    .option(
      '--tracks-out <file|folder>',
      'where to write the tracks file, for veil review and veil render (default: NAME.veil.tracks.json beside the output)',
      (path) => notAFlag(path, '--tracks-out'),
    )
    .option('--no-tracks', 'write no tracks file')
    .option('--review', 'go on with veil review at once, for one input')
    .option(
      '--sheet <file.png|folder>',
      'draw a contact sheet of the places that deserve a look, with track numbers, from the covered output',
      (path) => notAFlag(path, '--sheet'),
    )
    .option('--sheet-original', 'draw that sheet from the input: faces are visible on it')
    .option(
      '--draw-labels',
      'also write NAME.veil.labels.EXT, a copy with track numbers on it, not for publishing',
    )
    .option(
      '--resume',
      'pass over inputs that an earlier run has done with the same options (default for several inputs)',
    )
    .option('--no-resume', 'do every input again')
    .option('--watch', 'cover every file that comes into the folders, until Ctrl-C')
    .option(
      '--jobs <n|auto>',
      'work on so many files at once, or on so many parts of one long video (default: 1)',
      readJobs,
    )
    .option('--audit', 'search every finished file again, more closely, as veil audit does');
  return addOptionFlags(command).action(async (args: string[]) => {
    // Loaded when needed: detectors and engines take their time, and help and config do without them.
    const { blur } = await import('./blur.ts');
    finish(await blur(args, command, io));
  });
}
