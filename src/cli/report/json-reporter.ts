import type { Audit } from '../../audit/audit-file.ts';
import type { Progress } from '../../pipeline/file/run-record.ts';
import { auditJson } from './audit-text.ts';
import { errorJson } from './error-text.ts';
import type { Io } from '../io.ts';
import { batchWith, type BatchProgress, type BatchSize } from './batch-progress.ts';
import { batchText } from './batch-text.ts';
import type { ProgressLine } from './progress.ts';
import { needsReview, type Outcome, type PastOutcome, type Reporter, type Summary } from './reporter.ts';

/** For scripts: one JSON object per line on stdout for each finished input, and one at the end. */
export class JsonReporter implements Reporter {
  readonly #io: Io;
  readonly #line: ProgressLine;
  #batch: BatchProgress | null = null;

  constructor(io: Io, line: ProgressLine) {
    this.#io = io;
    this.#line = line;
  }

  notice(text: string): void {
    this.#write({ type: 'notice', message: text });
  }

  begin(size: BatchSize): void {
    this.#batch = batchWith(size, this.#batch);
  }

  start(input: string): void {
    this.#batch?.start(input);
    if (this.#io.stderr.isTTY === true) this.#line.say(input, 'starting');
  }

  progress(input: string, progress: Progress): void {
    this.#batch?.progress(input, progress);
    if (this.#io.stderr.isTTY === true)
      this.#line.draw(input, progress, performance.now(), (text) => batchText(this.#batch, text));
  }

  done(input: string, result: Outcome): void {
    this.#batch?.end(input, true);
    const {
      output,
      reportPath,
      tracksPath,
      frames,
      seconds,
      elapsed,
      tracks,
      uncertain,
      unlisted,
      warnings,
      doubts,
    } = result;
    this.#write({
      type: 'result',
      status: needsReview(result) ? 'review' : 'done',
      input,
      output,
      ...(reportPath === undefined ? {} : { report: reportPath }),
      ...(tracksPath == null ? {} : { tracksFile: tracksPath }),
      frames,
      seconds,
      elapsed,
      tracks,
      uncertain,
      unlisted,
      warnings,
      doubts,
    });
  }

  alreadyDone(input: string, result: PastOutcome): void {
    this.#batch?.end(input, false);
    const { output, reportPath, tracksPath, frames, tracks, uncertain, unlisted, doubts } = result;
    this.#write({
      ...{ type: 'result', status: 'already-done', needsReview: needsReview(result), input, output },
      ...{ report: reportPath, ...(tracksPath == null ? {} : { tracksFile: tracksPath }) },
      ...{ frames, tracks, uncertain, unlisted, doubts },
    });
  }

  audited(output: string, audit: Audit): void {
    this.#write({ type: 'audit', output, ...auditJson(audit) });
  }

  failed(input: string, error: unknown): void {
    this.#batch?.end(input, false);
    this.#write({ type: 'result', status: 'failed', input, error: errorJson(error) });
  }

  summary(summary: Summary): void {
    this.#write({ type: 'summary', ...summary });
  }

  #write(value: object): void {
    this.#line.clear();
    this.#io.stdout.write(`${JSON.stringify(value)}\n`);
  }
}
