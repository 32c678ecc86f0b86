import type { Audit } from '../../audit/audit-file.ts';
import type { Progress } from '../../pipeline/file/run-record.ts';
import { auditJson } from './audit-text.ts';
import { errorJson } from './error-text.ts';
import type { Io } from '../io.ts';
import type { ProgressLine } from './progress.ts';
import { needsReview, type Outcome, type Reporter, type Summary } from './reporter.ts';

/** For scripts: one JSON object a line on stdout for each finished input, and one at the end. */
export class JsonReporter implements Reporter {
  readonly #io: Io;
  readonly #line: ProgressLine;

  constructor(io: Io, line: ProgressLine) {
    this.#io = io;
    this.#line = line;
  }

  notice(text: string): void {
    this.#write({ type: 'notice', message: text });
  }

  start(input: string): void {
    if (this.#io.stderr.isTTY === true) this.#line.say(input, 'starting');
  }

  progress(input: string, progress: Progress): void {
    if (this.#io.stderr.isTTY === true) this.#line.draw(input, progress);
  }

  done(input: string, result: Outcome): void {
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

  audited(output: string, audit: Audit): void {
    this.#write({ type: 'audit', output, ...auditJson(audit) });
  }

  failed(input: string, error: unknown): void {
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
