import type { Audit } from '../../audit/audit-file.ts';
import type { BatchSize } from './batch-progress.ts';
import type { Progress, RunResult } from '../../pipeline/file/run-record.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';

/** How a call ended. */
export interface Summary {
  readonly inputs: number;
  readonly done: number;
  /** Those that an earlier run had done. */
  readonly alreadyDone: number;
  /** Of those done, now or earlier: how many have spans to look at. */
  readonly review: number;
  readonly failed: number;
  readonly interrupted: boolean;
  readonly elapsed: number;
  readonly exitCode: number;
}

/** The result for one input; a command that covers nothing writes no report. */
export type Outcome = RunResult & Partial<Pick<FileResult, 'reportPath' | 'tracksPath'>>;

/** What an earlier run made of an input. */
export type PastOutcome = Omit<Outcome, 'seconds' | 'elapsed' | 'warnings'>;

/** Seconds of a recognisable face, as expected over all spans, from which an output needs a review. */
const MOST_RISK = 0.1;

/** Whether the user should look through the result: exit code 3. */
export function needsReview({ uncertain, doubts }: Pick<RunResult, 'uncertain' | 'doubts'>): boolean {
  return doubts.length > 0 || uncertain.reduce((sum, { risk }) => sum + risk, 0) >= MOST_RISK;
}

/** Tells the user what happens to the inputs, one after another or several at once. */
export interface Reporter {
  notice(text: string): void;
  /** Before the first input. */
  begin(size: BatchSize): void;
  /** Work on it begins; the first progress takes a moment. */
  start(input: string): void;
  progress(input: string, progress: Progress): void;
  done(input: string, result: Outcome): void;
  /** An earlier run had done it. */
  alreadyDone(input: string, result: PastOutcome): void;
  /** The finished output was looked at again. */
  audited(output: string, audit: Audit): void;
  failed(input: string, error: unknown): void;
  summary(summary: Summary): void;
}
