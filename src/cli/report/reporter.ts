import type { Audit } from '../../audit/audit-file.ts';
import { REVIEWED } from '../../documents/risk.ts';
import type { BatchSize } from './batch-progress.ts';
import type { Progress, RunResult } from '../../pipeline/file/run-record.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';

/** Result of a call. */
export interface Summary {
  readonly inputs: number;
  readonly done: number;
  /** Inputs that an earlier run had done. */
  readonly alreadyDone: number;
  /** Number of inputs, done now or earlier, with spans to review. */
  readonly review: number;
  readonly failed: number;
  readonly interrupted: boolean;
  readonly elapsed: number;
  readonly exitCode: number;
}

/** Result for one input; commands that cover nothing write no report. */
export type Outcome = RunResult & Partial<Pick<FileResult, 'reportPath' | 'tracksPath'>>;

/** Result of an earlier run for an input. */
export type PastOutcome = Omit<Outcome, 'seconds' | 'elapsed' | 'warnings'>;

/** Whether the user should look through the result: exit code 3. */
export function needsReview({ uncertain, doubts }: Pick<RunResult, 'uncertain' | 'doubts'>): boolean {
  return doubts.length > 0 || uncertain.reduce((sum, { risk }) => sum + risk, 0) >= REVIEWED;
}

/** Reports to the user what happens to the inputs, one after another or several in parallel. */
export interface Reporter {
  notice(text: string): void;
  /** Called before the first input. */
  begin(size: BatchSize): void;
  /** Work on an input begins; the first progress takes a moment. */
  start(input: string): void;
  progress(input: string, progress: Progress): void;
  done(input: string, result: Outcome): void;
  /** An earlier run has done it. */
  alreadyDone(input: string, result: PastOutcome): void;
  /** The finished output was audited. */
  audited(output: string, audit: Audit): void;
  failed(input: string, error: unknown): void;
  summary(summary: Summary): void;
}
