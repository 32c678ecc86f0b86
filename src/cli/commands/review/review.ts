import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import type { ResolvedConfig } from '../../../config/schema.ts';
import { VeilError } from '../../../errors.ts';
import type { Logger } from '../../../logger.ts';
import { expandInputs } from '../../input/inputs.ts';
import { originalOf } from '../../input/original-of.ts';
import type { Io } from '../../io.ts';
import { configOf, typedCovering } from '../../option-flags.ts';
import { planOutputs } from '../../output/outputs.ts';
import { findTracks } from '../../output/tracks-paths.ts';
import { terminalLogger } from '../../report/terminal-logger.ts';
import type { ReviewFlags } from './review-flags.ts';
import { reviewerName } from './reviewer-name.ts';
import { listFolder, reviewFolder } from './review-folder.ts';
import { ReviewTeller } from './review-teller.ts';
import { runReview } from './run-review.ts';

/**
 * Runs `veil review`.
 *
 * @returns the exit code, as for {@link runReview}, {@link reviewFolder} and {@link listFolder}
 * @throws VeilError for errors that prevent the start
 */
export async function review(path: string, command: Command, io: Io): Promise<number> {
  const flags = command.opts<ReviewFlags>();
  const { config } = await configOf(command);
  const logger = terminalLogger(io.stderr, {
    // The log stays separate from the review's own messages.
    level: flags.verbose === true ? 'debug' : flags.quiet === true ? 'silent' : 'warn',
    json: flags.json === true,
    before: () => undefined,
  });
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
  if (isFolder) return ofFolder(path, { flags, config, logger, io });
  if (flags.list === true) {
    throw new VeilError('USAGE', '--list is for a folder.', { hint: `${path} is not one.` });
  }
  const original = await originalOf(path);
  if (original.notice !== null) new ReviewTeller(io, flags).note(original.notice);
  const { inputs, problems } = await expandInputs([original.path]);
  const [problem] = problems;
  if (problem !== undefined) throw problem.error;
  if (inputs.length !== 1) {
    throw new VeilError('USAGE', `${path} is not one file.`, { hint: 'Give a video or a photo.' });
  }
  const [input] = inputs;
  // Prefer the tracks of the named output: those beside the video may belong to another one.
  const tracks =
    (flags.tracks === undefined ? original.tracks : null) ??
    (await findTracks(inputs, { tracks: flags.tracks, several: false })).get(input!.path)!;
  const { report, video } = config;
  // The named output is replaced.
  const output = flags.output ?? original.output ?? undefined;
  const [job] = await planOutputs(inputs, { output, report, video, several: false });
  const files = { input: job!.input, output: job!.output, reportPath: job!.report, tracks };
  return runReview({ ...files, config, logger, again: [path, ...typedFlags(command, flags)] }, flags, io);
}

async function ofFolder(
  folder: string,
  { flags, config, logger, io }: { flags: ReviewFlags; config: ResolvedConfig; logger: Logger; io: Io },
): Promise<number> {
  const { inputs, problems } = await expandInputs([folder]);
  const tracksOf = await findTracks(inputs, { tracks: flags.tracks, several: true });
  const { output } = flags;
  const { report, video } = config;
  const jobs = await planOutputs(inputs, { output, report, video, several: true });
  const files = jobs.map((job, index) => ({
    ...{ input: job.input, output: job.output, reportPath: job.report },
    ...{ tracks: tracksOf.get(job.input)!, name: inputs[index]!.relative },
  }));
  const job = { folder, files, problems, config, logger, by: reviewerName(flags.by, io.env) };
  return flags.list === true ? listFolder(job, flags, io) : reviewFolder(job, flags, io);
}

/** The typed flags beside the path, for a command that repeats the same review. */
function typedFlags(command: Command, { tracks, output, by }: ReviewFlags): string[] {
  const named = { '--tracks': tracks, '-o': output, '--by': by };
  return [
    ...Object.entries(named).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
    ...typedCovering(command),
  ];
}
