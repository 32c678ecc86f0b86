import type { Command } from 'commander';
import { anonymizeFile } from '../../pipeline/file/anonymize-file.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import { hasFound } from '../report/audit-text.ts';
import { openCall, type Call } from '../call.ts';
import { needsReview } from '../report/reporter.ts';
import type { Io } from '../io.ts';
import { CreatedFolders } from '../output/created-folders.ts';
import { planOutputs, resultsOf, type Job } from '../output/outputs.ts';
import { runWithDetector, type DetectorRun } from '../run-with-detector.ts';

/** The flags of `veil blur` that are not options of config files. */
interface BlurFlags {
  readonly output?: string;
  readonly tracksOut?: string;
  readonly audit?: true;
}

/**
 * Does what a `veil blur` call asks for.
 *
 * @returns the exit code
 * @throws VeilError for what is wrong with the call as a whole, and when no detector can be had
 */
export async function blur(args: readonly string[], command: Command, io: Io): Promise<number> {
  const { output, tracksOut, audit = false } = command.opts<BlurFlags>();
  const call = await openCall(args, command, io);
  const { config, inputs, severalAsked: several, reporter } = call;
  const { report, video } = config;
  const jobs = await planOutputs(inputs, { output, report, video, several, tracksOut });
  return runWithDetector(call, jobs, io, async (job, run) => {
    const result = await blurOne(job, call, run);
    reporter.done(job.input, result);
    const found = audit && (await auditOne(result, call, run));
    return found || needsReview(result);
  });
}

async function blurOne(
  job: Job,
  { config, logger, reporter, inputFiles }: Call,
  { detector, signal }: DetectorRun,
): Promise<FileResult> {
  const { input, output, report, tracks } = job;
  await using folders = new CreatedFolders(inputFiles);
  await folders.makeFor(resultsOf(job), { overwrite: config.overwrite, input });
  return await anonymizeFile({
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
