import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { VeilError } from '../../errors.ts';
import { expandInputs } from '../input/inputs.ts';
import { originalOf } from '../input/original-of.ts';
import type { Io } from '../io.ts';
import { configOf, typedCovering } from '../option-flags.ts';
import { planOutputs } from '../output/outputs.ts';
import { findTracks } from '../output/tracks-paths.ts';
import { terminalLogger } from '../report/terminal-logger.ts';
import type { ReviewFlags } from './review-flags.ts';
import { listFolder } from './review-folder.ts';
import { ReviewTeller } from './review-teller.ts';
import { runReview } from './run-review.ts';

/**
 * Does what a `veil review` call asks for.
 *
 * @returns the exit code, as {@link runReview} and {@link listFolder} have it
 * @throws VeilError for what keeps it from starting
 */
export async function review(path: string, command: Command, io: Io): Promise<number> {
  const flags = command.opts<ReviewFlags>();
  const { config } = await configOf(command);
  if ((await stat(path).catch(() => null))?.isDirectory() === true) return listFolder(path, flags, io);
  const logger = terminalLogger(io.stderr, {
    // What the review says itself is not mixed with the log.
    level: flags.verbose === true ? 'debug' : flags.quiet === true ? 'silent' : 'warn',
    json: flags.json === true,
    before: () => undefined,
  });
  const original = await originalOf(path);
  if (original.notice !== null) new ReviewTeller(io, flags).note(original.notice);
  const { inputs, problems } = await expandInputs([original.path]);
  const [problem] = problems;
  if (problem !== undefined) throw problem.error;
  if (inputs.length !== 1) {
    throw new VeilError('USAGE', `${path} is not one file.`, { hint: 'Give a video or a photo.' });
  }
  const [input] = inputs;
  // Those of the output that was named are of this video; beside the video lie perhaps those of another.
  const tracks =
    (flags.tracks === undefined ? original.tracks : null) ??
    (await findTracks(inputs, { tracks: flags.tracks, several: false })).get(input!.path)!;
  const { report, video } = config;
  // The output that was named is the one to be replaced.
  const output = flags.output ?? original.output ?? undefined;
  const [job] = await planOutputs(inputs, { output, report, video, several: false });
  const files = { input: job!.input, output: job!.output, reportPath: job!.report, tracks };
  return runReview({ ...files, config, logger, again: [path, ...typedFlags(command, flags)] }, flags, io);
}

/** What was typed beside the path, for the same review once more. */
function typedFlags(command: Command, { tracks, output, by }: ReviewFlags): string[] {
  const named = { '--tracks': tracks, '-o': output, '--by': by };
  return [
    ...Object.entries(named).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
    ...typedCovering(command),
  ];
}
