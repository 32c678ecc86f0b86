import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { EXIT, VeilError } from '../../errors.ts';
import { anonymizeFile } from '../../pipeline/file/anonymize-file.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import { hasFound } from '../report/audit-text.ts';
import { openCall, type Call } from '../call.ts';
import { closingText, type Finished } from '../report/closing-text.ts';
import { needsReview } from '../report/reporter.ts';
import type { Io } from '../io.ts';
import { typedCovering } from '../option-flags.ts';
import { CreatedFolders } from '../output/created-folders.ts';
import { checkDecisions } from '../../documents/decisions.ts';
import { folderOf } from '../output/output-names.ts';
import { planOutputs, resultsOf, type Job } from '../output/outputs.ts';
import { runWithDetector, type DetectorRun } from '../run-with-detector.ts';

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
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/**
 * Does what a `veil blur` call asks for.
 *
 * @returns the exit code
 * @throws VeilError for what is wrong with the call as a whole, and when no detector can be had
 */
export async function blur(args: readonly string[], command: Command, io: Io): Promise<number> {
  const flags = command.opts<BlurFlags>();
  checkFlags(flags);
  const call = await openCall(args, command, io);
  const { config, inputs, severalAsked: several, reporter } = call;
  if (flags.review === true && (several || inputs.length !== 1)) throw usage('--review is for one input.');
  const { output, tracksOut, sheet, tracks: keepsTracks } = flags;
  const { report, video } = config;
  const jobs = await planOutputs(inputs, {
    output,
    report,
    video,
    several,
    tracksOut,
    keepsTracks,
    sheet,
    drawsLabels: flags.drawLabels === true,
  });
  const done: Finished[] = [];
  const exitCode = await runWithDetector(call, jobs, io, async (job, run) => {
    const onCovered = (result: FileResult): void => {
      done.push({ input: job.input, result });
      reporter.done(job.input, result);
    };
    const result = await blurOne(job, call, run, { flags, onCovered });
    const found = flags.audit === true && (await auditOne(result, call, run));
    return found || needsReview(result);
  });
  if (flags.json !== true && flags.quiet !== true) {
    const folder = tracksOut === undefined ? await folderAsked(args) : null;
    const outputFolder = folder === null ? null : await folderOf(output, '-o', true, []);
    io.stdout.write(closingText(done, { folder, outputFolder, flags: typedCovering(command) }));
  }
  const [first] = done;
  const goesOn = flags.review === true && first !== undefined && exitCode !== EXIT.interrupted;
  return goesOn ? reviewAtOnce(first, call, flags, io) : exitCode;
}

/** @throws VeilError USAGE for flags that contradict each other */
function checkFlags({ tracks, tracksOut, review, sheet, sheetOriginal, drawLabels }: BlurFlags): void {
  if (sheetOriginal === true && sheet === undefined) throw usage('--sheet-original is for --sheet.');
  if (tracks) return;
  if (tracksOut !== undefined) throw usage('--tracks-out and --no-tracks contradict each other.');
  if (drawLabels === true) throw usage('--draw-labels needs the tracks that --no-tracks leaves out.');
  if (review === true) throw usage('--review needs the tracks that --no-tracks leaves out.');
}

async function blurOne(
  job: Job,
  call: Call,
  { detector, signal }: DetectorRun,
  { flags, onCovered }: { readonly flags: BlurFlags; readonly onCovered: (result: FileResult) => void },
): Promise<FileResult> {
  const { config, logger, reporter, inputFiles } = call;
  const { input, output, report, tracks } = job;
  if (tracks !== null) await checkDecisions(tracks);
  await using folders = new CreatedFolders(inputFiles);
  await folders.makeFor(resultsOf(job), { overwrite: config.overwrite, input });
  const result = await anonymizeFile({
    input,
    output,
    config,
    reportPath: report,
    tracksPath: tracks,
    signal,
    logger,
    onProgress: (progress) => {
      reporter.progress(input, progress);
    },
    detector: detector(),
  });
  // The video is there, and its doubts are said, whatever becomes of copies for looking at.
  onCovered(result);
  if (job.labels !== null) await drawLabels(job, job.labels, call, signal);
  if (job.sheet !== null) await drawSheet(job, result, call, { flags, signal });
  return result;
}

/** Covers the input once more, as the tracks say, with their numbers. */
async function drawLabels(
  { input, tracks }: Job,
  output: string,
  { config, logger, reporter }: Call,
  signal: AbortSignal,
): Promise<void> {
  const { renderFile } = await import('../../pipeline/file/render-file.ts');
  const { readTracks } = await import('../../documents/tracks-document.ts');
  await renderFile({
    ...{ input, output, tracks: await readTracks(tracks!), signal, logger, drawsLabels: true },
    config: { ...config, seal: false },
    onProgress: (progress) => {
      reporter.progress(input, progress);
    },
  });
}

/** The sheet shows covered heads, unless somebody asked for the original by its own flag. */
async function drawSheet(
  { input, output, sheet }: Job,
  { uncertain: spans }: FileResult,
  { config }: Call,
  { flags, signal }: { readonly flags: BlurFlags; readonly signal: AbortSignal },
): Promise<void> {
  const { doubtSheet } = await import('../../review/doubt-sheet.ts');
  const { writeNewFile } = await import('../../sink/new-file.ts');
  const { start, end, overwrite } = config;
  const from =
    flags.sheetOriginal === true ? { path: input, start, end } : { path: output, start: null, end: null };
  const picture = await doubtSheet({ ...from, spans, signal });
  await writeNewFile(sheet!, picture, {
    ...{ overwrite, input, kind: 'image' },
    isPrivate: flags.sheetOriginal === true,
  });
}

/** Whether a second look at the output found anything. */
async function auditOne(
  { reportPath, output }: FileResult,
  { reporter }: Call,
  { detector, signal }: DetectorRun,
): Promise<boolean> {
  const { auditFile } = await import('../../audit/audit-file.ts');
  const { readCoveredTracks } = await import('../../documents/read-report.ts');
  const report = reportPath === null ? null : await readCoveredTracks(reportPath);
  const audit = await auditFile({ path: output, detector: await detector(), report, signal });
  reporter.audited(output, audit);
  return hasFound(audit);
}

async function reviewAtOnce(
  { input, result }: Finished,
  { config, logger }: Call,
  flags: BlurFlags,
  io: Io,
): Promise<number> {
  const { runReview } = await import('./run-review.ts');
  const { output, reportPath, tracksPath } = result;
  const { json, quiet, verbose } = flags;
  const told = { ...(json && { json }), ...(quiet && { quiet }), ...(verbose && { verbose }) };
  const again = [input, '-o', output, '--tracks', tracksPath!];
  return runReview({ input, output, reportPath, tracks: tracksPath!, config, logger, again }, told, io);
}

/** The one argument, where it is a folder. */
async function folderAsked([arg, ...others]: readonly string[]): Promise<string | null> {
  const info = others.length > 0 ? null : await stat(arg!).catch(() => null);
  return info?.isDirectory() === true ? arg! : null;
}

function usage(message: string): VeilError {
  return new VeilError('USAGE', message);
}
