import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import type { Command } from 'commander';
import { EXIT, VeilError } from '../../errors.ts';
import { readTracks } from '../../documents/tracks-document.ts';
import { openReview, type OpenReview } from '../../review/open-review.ts';
import { expandInputs } from '../input/inputs.ts';
import { isOwnOutput } from '../input/media-kinds.ts';
import type { Io } from '../io.ts';
import { configOf } from '../option-flags.ts';
import { planOutputs } from '../output/outputs.ts';
import { findTracks } from '../output/tracks-paths.ts';
import { printable } from '../report/terminal-text.ts';
import { terminalLogger } from '../report/terminal-logger.ts';
import { withSignals } from '../shutdown.ts';
import type { ReviewFlags } from './review-flags.ts';
import { listFolder } from './review-folder.ts';

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
  const logger = terminalLogger(io.stderr, {
    level: flags.verbose === true ? 'debug' : flags.quiet === true ? 'silent' : 'info',
    json: flags.json === true,
    before: () => undefined,
  });
  const { inputs, problems } = await expandInputs([await originalOf(path)]);
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
      by: flags.by ?? userInfo().username,
    });
    sayWhere(open, flags, io);
    const end = await Promise.race([open.ended, stopped(signal)]);
    const { openDoubts, openFindings, isRendered } = open.status();
    if (end === 'idle')
      logger.info('Nothing was done for a while: the review ends. What was decided is saved.');
    const left = openDoubts + openFindings;
    if (left > 0) logger.info(`${left} ${left === 1 ? 'place is' : 'places are'} left to look at.`);
    else if (!isRendered)
      logger.info('What was decided is not rendered yet: veil render, or Render on the page.');
    return left === 0 && isRendered ? EXIT.done : EXIT.review;
  });
}

/** The video of what Veil made of it: `a.mp4` for `a.veil.mp4`, by its tracks. */
async function originalOf(path: string): Promise<string> {
  if (!isOwnOutput(basename(path))) return path;
  const stem = basename(path).replace(/\.veil(\.tracks)?\.[^.]+$/i, '');
  const tracks = join(dirname(path), `${stem}.veil.tracks.json`);
  const { input } = await readTracks(tracks);
  const original = join(dirname(path), basename(input.name));
  if ((await stat(original).catch(() => null)) !== null) return original;
  throw new VeilError(
    'INPUT_NOT_FOUND',
    `${input.name}, from which ${basename(path)} was made, is not beside it.`,
    {
      hint: `Give its path: veil review PATH${extname(input.name)} --tracks ${tracks}`,
    },
  );
}

function sayWhere({ url }: OpenReview, { json }: ReviewFlags, io: Io): void {
  if (json === true) io.stdout.write(`${JSON.stringify({ type: 'review', url })}\n`);
  else io.stdout.write(`Review: ${printable(url)}\nOpen it in a browser on this machine. Ctrl-C ends it.\n`);
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
