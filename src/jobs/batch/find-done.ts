import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Stats } from 'node:fs';
import { sha256OfFile } from '../../base/sha256.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Provenance } from '../../documents/provenance.ts';
import { readReportedRun, type ReportedRun } from '../../documents/read-report.ts';
import { withoutFolders } from '../../documents/write-report.ts';

/** A run that may have been done before. */
export interface WantedRun {
  readonly input: string;
  readonly output: string;
  /** Null: none, and then nothing proves what was done. */
  readonly report: string | null;
  /** Further files that it has to have left. */
  readonly others: readonly string[];
  readonly config: ResolvedConfig;
  /** Whether somebody decided in a review what its output covers. */
  readonly isReviewed: boolean;
  /** Weights of the detector that would find the faces now. */
  readonly weights: () => Promise<Provenance['weights']>;
  readonly signal: AbortSignal;
}

/** Options that change nothing in an output. */
const AROUND: ReadonlySet<string> = new Set(['overwrite', 'report', 'seal']);

/** Options by which faces are found: after a review they count no more. */
const FINDING: ReadonlySet<string> = new Set(['detector', 'engine', 'threshold', 'effort', 'look']);

/** A file may have changed so long before its time says so, ms: some file systems round to two seconds. */
const ROUNDING = 2000;

/**
 * The run that made an output, where it is still what a new run would make: of the same input, with the same options and
 * weights, and with all its files there. In doubt null.
 */
export async function findDone(wanted: WantedRun): Promise<ReportedRun | null> {
  const { input, output, report, others, signal } = wanted;
  if (report === null) return null;
  const [inputFacts, outputFacts, reportFacts, ...otherFacts] = await Promise.all(
    [input, output, report, ...others].map(factsOf),
  );
  if (inputFacts == null || outputFacts == null || reportFacts == null || otherFacts.includes(null))
    return null;
  const run = await readReportedRun(report);
  if (run === null) return null;
  const { provenance } = run;
  const isIt =
    run.output.name === basename(output) &&
    provenance.input.bytes === inputFacts.size &&
    provenance.output.bytes === outputFacts.size &&
    hasSameOptions(run, wanted);
  if (!isIt || !(await hasSameWeights(run, wanted))) return null;
  if (isOlder(inputFacts, reportFacts, run)) return run;
  return (await sha256OfFile(input, signal)) === provenance.input.sha256 ? run : null;
}

/** Null where it is no file. */
async function factsOf(path: string): Promise<Stats | null> {
  const facts = await stat(path).catch(() => null);
  return facts?.isFile() === true ? facts : null;
}

function hasSameOptions({ config }: ReportedRun, { config: current, isReviewed }: WantedRun): boolean {
  const relevant = (options: object): string =>
    JSON.stringify(
      Object.entries(options)
        .filter(([name]) => !AROUND.has(name) && !(isReviewed && (FINDING.has(name) || name === 'mute')))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  return relevant(config) === relevant(withoutFolders(current));
}

async function hasSameWeights(
  { provenance }: ReportedRun,
  { weights, isReviewed }: WantedRun,
): Promise<boolean> {
  if (isReviewed) return true;
  const sums = (files: Provenance['weights']): string =>
    files
      .map(({ sha256 }) => sha256)
      .sort()
      .join();
  return sums(provenance.weights) === sums(await weights());
}

/**
 * Whether an input has not been touched since before the run: its content, name and place, whatever time it claims for
 * itself.
 */
function isOlder(input: Stats, report: Stats, { timings }: ReportedRun): boolean {
  return Math.max(input.ctimeMs, input.mtimeMs) + ROUNDING < report.mtimeMs - timings.elapsed * 1000;
}
