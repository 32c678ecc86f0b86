import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { EXIT, VeilError } from '../../errors.ts';
import { openReview, type OpenReview } from '../../review/open-review.ts';
import { expandInputs } from '../input/inputs.ts';
import { originalOf } from '../input/original-of.ts';
import type { Io } from '../io.ts';
import { configOf } from '../option-flags.ts';
import { planOutputs } from '../output/outputs.ts';
import { findTracks } from '../output/tracks-paths.ts';
import { terminalLogger } from '../report/terminal-logger.ts';
import { withSignals } from '../shutdown.ts';
import type { ReviewFlags } from './review-flags.ts';
import { listFolder } from './review-folder.ts';
import { reviewerName } from './reviewer-name.ts';
import { ReviewTeller } from './review-teller.ts';

/**
 * Does what a `veil review` call asks for, until the page ends it, nobody works on it, or it is stopped.
 *
 * @returns the exit code: 0 when everything was reviewed and the output holds it, 3 when something is left
 * @throws VeilError for what keeps it from starting
 */
export async function review(path: string, command: Command, io: Io): Promise<number> {
  const flags = command.opts<ReviewFlags>();
  const { config } = await configOf(command);
  if ((await stat(path).catch(() => null))?.isDirectory() === true) return listFolder(path, flags, io);
  const tell = new ReviewTeller(io, flags);
  const logger = terminalLogger(io.stderr, {
    // What the review says itself is not mixed with the log.
    level: flags.verbose === true ? 'debug' : flags.quiet === true ? 'silent' : 'warn',
    json: flags.json === true,
    before: () => undefined,
  });
  const by = reviewerName(flags.by, io.env);
  const original = await originalOf(path);
  if (original.notice !== null) tell.note(original.notice);
  const { inputs, problems } = await expandInputs([original.path]);
  const [problem] = problems;
  if (problem !== undefined) throw problem.error;
  if (inputs.length !== 1) throw usage(`${path} is not one file.`, 'Give a video or a photo.');
  const [input] = inputs;
  const tracks = (await findTracks(inputs, { tracks: flags.tracks, several: false })).get(input!.path)!;
  const { report, video } = config;
  const [job] = await planOutputs(inputs, { output: flags.output, report, video, several: false });
  return withSignals(io, async (signal) => {
    await using open = await openReview({
      ...{ input: job!.input, output: job!.output, reportPath: job!.report, tracks, config, logger, signal },
      port: whole(flags.port, '--port', 0, 65_535),
      idleMs: whole(flags.idle, '--idle', 1, 1440) * 60_000,
      takesOver: flags.takeOver === true,
      by,
    });
    tell.where(open.url);
    open.opened.then(
      (holder) => {
        if (holder !== null) tell.isReadOnly(holder, path);
      },
      () => undefined,
    );
    const end = await Promise.race([open.ended, stopped(signal)]);
    return conclude(open, end, tell);
  });
}

/** Says what is left to do. */
function conclude(open: OpenReview, end: 'closed' | 'idle' | 'stopped', tell: ReviewTeller): number {
  const { openDoubts, openFindings, isRendered } = open.status();
  const left = openDoubts + openFindings;
  tell.end({ isIdle: end === 'idle', left, isRendered });
  return left === 0 && isRendered ? EXIT.done : EXIT.review;
}

function stopped(signal: AbortSignal): Promise<'stopped'> {
  return new Promise((resolve) => {
    const stop = (): void => {
      resolve('stopped');
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}

function whole(text: string, flag: string, from: number, to: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= from && value <= to) return value;
  throw usage(`${flag} ${text} is not a whole number from ${from} to ${to}.`);
}

function usage(message: string, hint?: string): VeilError {
  return new VeilError('USAGE', message, hint === undefined ? {} : { hint });
}
