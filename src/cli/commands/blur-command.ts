import { Command } from 'commander';
import { addInputs, addTellFlags } from '../call.ts';
import { VeilError } from '../../errors.ts';
import type { Jobs } from '../../jobs/batch/at-once.ts';
import type { Io } from '../io.ts';
import { addExamples, addExitCodes, HEADINGS } from '../help.ts';
import { addOptionFlags, valueOf } from '../option-flags.ts';

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
  const command = addInputs(new Command('blur'))
    .description('Cover every face in videos and photos.')
    .optionsGroup(HEADINGS.files)
    .option(
      '-o, --output <file|folder>',
      'Where to write. Default: NAME.veil.EXT beside the input.',
      valueOf('-o'),
    )
    .option(
      '--tracks-out <file|folder>',
      'Where to write the tracks file, for veil review and veil render. Default: NAME.veil.tracks.json beside the output.',
      valueOf('--tracks-out'),
    )
    .option('--no-tracks', 'Write no tracks file.');
  addOptionFlags(command)
    .optionsGroup(HEADINGS.review)
    .option('--review', 'Start veil review afterwards; for one input.')
    .option('--audit', 'Search every finished file again, more closely, as veil audit does.')
    .option(
      '--sheet <file.png|folder>',
      'Draw a contact sheet of the places to review, with track numbers, from the covered output.',
      valueOf('--sheet'),
    )
    .option('--sheet-original', 'Draw that sheet from the input: faces are visible on it.')
    .option(
      '--draw-labels',
      'Also write NAME.veil.labels.EXT, a covered copy with track numbers; not for publishing.',
    )
    .optionsGroup(HEADINGS.batch)
    .option('--jobs <n|auto>', 'Cover n files at once, or n parts of one long video. Default: 1.', readJobs)
    .option(
      '--resume',
      'Skip inputs that an earlier run has finished with the same options. Default for several inputs.',
    )
    .option('--no-resume', 'Cover every input again.')
    .option('--watch', 'Keep running, and cover every file that is added to the folders.');
  addTellFlags(command);
  addExamples(command, [
    ['veil blur protest.mp4', 'writes protest.veil.mp4'],
    ['veil blur footage/ -o covered/', 'a folder, with its subfolders'],
    ['veil blur protest.mp4 --config protest', 'strongest covers, densest search, no audio'],
    ['veil blur street.mp4 --threshold 0.4', 'fewer false covers, more missed faces'],
  ]);
  return addExitCodes(command).action(async (args: string[]) => {
    // Loaded on demand: detectors and engines load slowly, and help and config do not need them.
    const { blur } = await import('./blur.ts');
    finish(await blur(args, command, io));
  });
}
