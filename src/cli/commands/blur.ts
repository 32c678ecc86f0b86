import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { EXIT, VeilError } from '../../errors.ts';
import { atOnceOf, MEMORY_OF_ONE, type Jobs } from '../../jobs/batch/at-once.ts';
import { CoverBatch } from '../batch/cover-batch.ts';
import { spaceNotices } from '../batch/free-space.ts';
import { watchFolders } from '../batch/watch.ts';
import { openCall, type Call } from '../call.ts';
import type { Input } from '../input/inputs.ts';
import type { Io } from '../io.ts';
import { typedCovering } from '../option-flags.ts';
import { folderOf } from '../output/output-names.ts';
import { planOutputs, type Job } from '../output/outputs.ts';
import { closingText, type Finished } from '../report/closing-text.ts';
import { withSignals } from '../shutdown.ts';

/** Limit of parallel parts of one video. */
const MOST_PARTS = 64;

/** The flags of `veil blur` that are not options of config files. */
interface BlurFlags {
  readonly output?: string;
  readonly tracksOut?: string;
  readonly tracks: boolean;
  readonly sheet?: string;
  readonly sheetOriginal?: true;
  readonly drawLabels?: true;
  readonly audit?: true;
  readonly review?: true;
  readonly resume?: boolean;
  readonly watch?: true;
  readonly jobs?: Jobs;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/**
 * Runs `veil blur`.
 *
 * @returns the exit code
 * @throws VeilError for errors of the call as a whole, and if no detector is available
 */
export async function blur(args: readonly string[], command: Command, io: Io): Promise<number> {
  const flags = command.opts<BlurFlags>();
  checkFlags(flags);
  // A watch finds and reports existing files itself.
  const call = await openCall(flags.watch === true ? [] : args, command, io);
  const { config, inputs, reporter } = call;
  const several = flags.watch === true || call.severalAsked;
  if (flags.review === true && (several || inputs.length !== 1)) throw usage('--review is for one input.');
  const resumes = flags.resume ?? several;
  const plan = (of: readonly Input[], kept: ReadonlyMap<string, Job> = new Map()): Promise<Job[]> =>
    planOutputs(of, {
      kept,
      ...{ output: flags.output, tracksOut: flags.tracksOut, sheet: flags.sheet, keepsTracks: flags.tracks },
      ...{ report: config.report, video: config.video, several },
      drawsLabels: flags.drawLabels === true,
      // Reports are the evidence of finished runs.
      reportsPhotos: resumes && several,
    });
  const jobs = await plan(inputs);
  const done: Finished[] = [];
  const atOnce = atOnceOf(flags.jobs ?? 1, flags.watch === true ? Infinity : jobs.length);
  // A single long input is covered in parts.
  const partsAtOnce = jobs.length === 1 && flags.watch !== true ? atOnceOf(flags.jobs ?? 1, MOST_PARTS) : 1;
  if (atOnce > 1) reporter.notice(memoryText(atOnce, 'files'));
  if (partsAtOnce > 1) reporter.notice(memoryText(partsAtOnce, 'parts'));
  for (const notice of await spaceNotices(jobs, partsAtOnce > 1 ? 2 : 1)) reporter.notice(notice);
  const exitCode = await withSignals(io, async (signal) => {
    await using batch = new CoverBatch(call, {
      ...{ resumes, atOnce, signal },
      flags: { audit: flags.audit === true, sheetOriginal: flags.sheetOriginal === true, partsAtOnce },
      onFinished: (finished) => {
        done.push(finished);
      },
    });
    return await (flags.watch === true
      ? watchFolders({ folders: args, plan, batch, reporter, signal })
      : batch.run(jobs, call));
  });
  if (flags.json !== true && flags.quiet !== true) {
    const folder = flags.tracksOut === undefined ? await folderAsked(args) : null;
    const outputFolder = folder === null ? null : await folderOf(flags.output, '-o', true, []);
    io.stdout.write(closingText(done, { folder, outputFolder, flags: typedCovering(command) }));
  }
  const first = done.find(({ isEarlier }) => !isEarlier);
  const goesOn = flags.review === true && first !== undefined && exitCode !== EXIT.interrupted;
  return goesOn ? reviewAtOnce(first, call, flags, io) : exitCode;
}

function memoryText(atOnce: number, what: 'files' | 'parts'): string {
  const memory = `up to ${((atOnce * MEMORY_OF_ONE) / 1e9).toFixed(1)} GB of memory`;
  return what === 'files'
    ? `Up to ${atOnce} files at once, which take ${memory}.`
    : `Where it is long, up to ${atOnce} parts of it at once, which take ${memory}, and as much room again as the output.`;
}

/** @throws VeilError USAGE for contradictory flags */
function checkFlags(flags: BlurFlags): void {
  const { tracks, tracksOut, review, sheet, sheetOriginal, drawLabels, watch } = flags;
  if (watch === true && review === true) throw usage('--review is for one input, and --watch for many.');
  if (sheetOriginal === true && sheet === undefined) throw usage('--sheet-original is for --sheet.');
  if (tracks) return;
  if (tracksOut !== undefined) throw usage('--tracks-out and --no-tracks contradict each other.');
  if (drawLabels === true) throw usage('--draw-labels needs the tracks that --no-tracks leaves out.');
  if (review === true) throw usage('--review needs the tracks that --no-tracks leaves out.');
}

async function reviewAtOnce(
  { input, result }: Finished,
  { config, logger }: Call,
  flags: BlurFlags,
  io: Io,
): Promise<number> {
  const { runReview } = await import('./review/run-review.ts');
  const { output, reportPath, tracksPath } = result;
  const { json, quiet, verbose } = flags;
  const told = { ...(json && { json }), ...(quiet && { quiet }), ...(verbose && { verbose }) };
  const again = [input, '-o', output, '--tracks', tracksPath!];
  return runReview({ input, output, reportPath, tracks: tracksPath!, config, logger, again }, told, io);
}

/** The only argument, if it is a folder. */
async function folderAsked([arg, ...others]: readonly string[]): Promise<string | null> {
  const info = others.length > 0 ? null : await stat(arg!).catch(() => null);
  return info?.isDirectory() === true ? arg! : null;
}

function usage(message: string): VeilError {
  return new VeilError('USAGE', message);
}
