import type { Logger } from '../../logger.ts';
import type { Audit } from '../../audit/audit-file.ts';
import type { Progress } from '../../pipeline/file/run-record.ts';
import { auditText } from './audit-text.ts';
import { batchWith, type BatchProgress, type BatchSize } from './batch-progress.ts';
import { batchText, countText, failuresText, summaryText, type Failure } from './batch-text.ts';
import { errorText } from './error-text.ts';
import type { Io } from '../io.ts';
import { progressText, type ProgressLine } from './progress.ts';
import { needsReview, type Outcome, type PastOutcome, type Reporter, type Summary } from './reporter.ts';
import { printable } from './terminal-text.ts';
import { duration, moment } from './time-text.ts';

export interface TextReporterOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly line: ProgressLine;
  readonly logger: Logger;
}

/** Interval of progress lines without a terminal. */
const LOG_EVERY_MS = 10_000;

/** Limit of spans printed per file, worst first; the report has all of them. */
const MOST_SPANS = 5;

/** For users: results on stdout, everything else on stderr. */
export class TextReporter implements Reporter {
  readonly #io: Io;
  readonly #options: TextReporterOptions;
  #uncertain: PastOutcome[] = [];
  #failed: Failure[] = [];
  /** Warnings, and the number of further files with the same one. */
  readonly #warned = new Map<string, number>();
  #batch: BatchProgress | null = null;
  #loggedAt = performance.now();

  constructor(io: Io, options: TextReporterOptions) {
    this.#io = io;
    this.#options = options;
  }

  notice(text: string): void {
    this.#note(`veil: ${printable(text)}`);
  }

  begin(size: BatchSize): void {
    this.#batch = batchWith(size, this.#batch);
  }

  start(input: string): void {
    this.#batch?.start(input);
    if (this.#options.quiet) return;
    if (this.#io.stderr.isTTY === true) this.#options.line.say(input, 'starting');
  }

  progress(input: string, progress: Progress): void {
    this.#batch?.progress(input, progress);
    if (this.#options.quiet) return;
    const around = (text: string): string => batchText(this.#batch, text);
    if (this.#io.stderr.isTTY === true) {
      this.#options.line.draw(input, progress, performance.now(), around);
    } else if (performance.now() - this.#loggedAt >= LOG_EVERY_MS) {
      this.#loggedAt = performance.now();
      this.#options.logger.info(`${input}: ${around(progressText(progress))}`);
    }
  }

  done(input: string, result: Outcome): void {
    this.#batch?.end(input, true);
    this.#options.line.clear();
    this.#noteUncertain(result);
    for (const warning of result.warnings) this.#warn(input, warning, result.doubts.includes(warning));
    if (this.#options.quiet) return;
    const { frames, tracks, elapsed, output } = result;
    this.#io.stdout.write(
      `${countText(this.#batch)}${printable(input)} -> ${printable(output)}  ${frames} ${frames === 1 ? 'frame' : 'frames'}, ` +
        `${tracks} ${tracks === 1 ? 'face' : 'faces'}, ${duration(elapsed)}\n`,
    );
  }

  alreadyDone(input: string, result: PastOutcome): void {
    this.#batch?.end(input, false);
    this.#options.line.clear();
    this.#noteUncertain(result);
    for (const doubt of result.doubts) this.#note(`${printable(input)}: ${printable(doubt)}`);
    if (this.#options.quiet) return;
    const names = `${printable(input)} -> ${printable(result.output)}`;
    this.#io.stdout.write(`${countText(this.#batch)}${names}  already done\n`);
  }

  audited(output: string, audit: Audit): void {
    this.#options.line.clear();
    if (!this.#options.quiet) this.#io.stdout.write(auditText(output, audit));
  }

  failed(input: string, error: unknown): void {
    this.#batch?.end(input, false);
    this.#failed.push({ input, error });
    this.#options.line.clear();
    const text = errorText(error, this.#options.verbose);
    const named = text.includes(printable(input)) && input !== '';
    this.#io.stderr.write(`${named ? 'veil' : printable(input)}: ${text}\n`);
  }

  summary(summary: Summary): void {
    this.#options.line.clear();
    const uncertain = this.#uncertain;
    const failed = this.#failed;
    // A watch prints several summaries.
    this.#uncertain = [];
    this.#failed = [];
    this.#tellRepeats();
    if (this.#options.quiet) return;
    if (uncertain.length > 0) this.#io.stdout.write(spansText(uncertain));
    if (summary.inputs > 1 && failed.length > 0) this.#io.stdout.write(failuresText(failed));
    if (summary.inputs > 1 || summary.interrupted) this.#io.stdout.write(summaryText(summary));
  }

  /** Prints a warning in full only once per batch, such as an old ffmpeg; doubts are printed each time. */
  #warn(input: string, warning: string, isDoubt: boolean): void {
    const before = this.#warned.get(warning);
    if (before === undefined || isDoubt) this.#note(`${printable(input)}: ${printable(warning)}`);
    if (!isDoubt) this.#warned.set(warning, before === undefined ? 0 : before + 1);
  }

  /** Spans of little risk are left to the report, so that text and exit code agree. */
  #noteUncertain(result: PastOutcome): void {
    if (result.uncertain.length > 0 && needsReview(result)) this.#uncertain.push(result);
  }

  #tellRepeats(): void {
    for (const [warning, more] of this.#warned) {
      if (more === 0) continue;
      const [begin = ''] = warning.split(/(?<=\.) /);
      this.#note(`The same of ${more} more ${more === 1 ? 'file' : 'files'}: ${printable(begin)}`);
      this.#warned.set(warning, 0);
    }
  }

  #note(text: string): void {
    if (this.#options.quiet) return;
    this.#options.line.clear();
    this.#io.stderr.write(`${text}\n`);
  }
}

function spansText(results: readonly PastOutcome[]): string {
  const lines = ['Look at these places before you publish:'];
  for (const { output, reportPath, uncertain } of results) {
    lines.push(`  ${printable(output)}`);
    for (const { from, to, place, text } of uncertain.slice(0, MOST_SPANS)) {
      const where = place === undefined ? '' : `, ${printable(place)}`;
      lines.push(`    ${moment(from)}–${moment(to)}${where}: ${printable(text)}`);
    }
    if (uncertain.length > MOST_SPANS) {
      // A tracks file contains the spans itself.
      const place =
        reportPath === undefined ? ', all in the file' : reportPath === null ? '' : ', all in the report';
      lines.push(`    and ${uncertain.length - MOST_SPANS} more${place}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
