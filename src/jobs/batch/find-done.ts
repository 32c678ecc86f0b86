import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Stats } from 'node:fs';
import { sha256OfFile } from '../../base/sha256.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Provenance } from '../../documents/provenance.ts';
import { readReportedRun, type ReportedRun } from '../../documents/read-report.ts';
import { withoutFolders } from '../../documents/write-report.ts';

/** A requested run, which an earlier run may have done already. */
export interface WantedRun {
  readonly input: string;
  readonly output: string;
  /** Null: no report, and so no evidence of an earlier run. */
  readonly report: string | null;
  /** Further files that the run must have written. */
  readonly others: readonly string[];
  readonly config: ResolvedConfig;
  /** Whether a reviewed tracks file decides what the output covers. */
  readonly isReviewed: boolean;
  /** The tracks file of a review, which may be newer than the output. Null: none. */
  readonly reviewed: string | null;
  /** Weights of the detector that a new run would use. */
  readonly weights: () => Promise<Provenance['weights']>;
  readonly signal: AbortSignal;
}

/** Options that do not affect the output. */
const AROUND: ReadonlySet<string> = new Set(['overwrite', 'report', 'seal']);

/** Options that affect face detection: after a review they no longer matter. */
const FINDING: ReadonlySet<string> = new Set(['detector', 'engine', 'threshold', 'effort', 'look']);

/** File times may be early by this much, ms: some file systems round to two seconds. */
const ROUNDING = 2000;

/**
 * The earlier run whose output a new run would only repeat: same input, same options, same weights, and all its files
 * are still there. Null in doubt.
 */
export async function findDone(wanted: WantedRun): Promise<ReportedRun | null> {
  const { input, output, report, others, signal } = wanted;
  if (report === null) return null;
  const [inputFacts, outputFacts, reportFacts, ...otherFacts] = await Promise.all(
    [input, output, report, ...others].map(factsOf),
  );
  if (inputFacts == null || outputFacts == null || reportFacts == null || otherFacts.includes(null))
    return null;
  if (await isDecidedLater(wanted, reportFacts)) return null;
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

/** A review saves the tracks before it renders, and writes the report afterwards. */
async function isDecidedLater({ reviewed }: WantedRun, report: Stats): Promise<boolean> {
  if (reviewed === null) return false;
  const tracks = await factsOf(reviewed);
  return tracks === null || tracks.mtimeMs > report.mtimeMs;
}

/** Null for anything but a regular file. */
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
 * Whether the input was last changed before the run. `ctime` counts as well: it also covers moves, and programs can't
 * set it.
 */
function isOlder(input: Stats, report: Stats, { timings }: ReportedRun): boolean {
  return Math.max(input.ctimeMs, input.mtimeMs) + ROUNDING < report.mtimeMs - timings.elapsed * 1000;
}
