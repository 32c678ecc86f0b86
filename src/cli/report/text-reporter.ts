import type { Logger } from '../../logger.ts';
import type { Audit } from '../../audit/audit-file.ts';
import type { Progress } from '../../pipeline/file/run-record.ts';
import { auditText } from './audit-text.ts';
import { errorText } from './error-text.ts';
import type { Io } from '../io.ts';
import { progressText, type ProgressLine } from './progress.ts';
import type { Outcome, Reporter, Summary } from './reporter.ts';
import { printable } from './terminal-text.ts';
import { duration, moment } from './time-text.ts';

export interface TextReporterOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly line: ProgressLine;
  readonly logger: Logger;
}

/** Without a terminal, one log line of progress this often. */
const LOG_EVERY_MS = 10_000;

/** Spans told of a file, the worst ones; the report has all of them. */
const MOST_SPANS = 5;

/** For people: results on stdout, everything else on stderr. */
export class TextReporter implements Reporter {
  readonly #io: Io;
  readonly #options: TextReporterOptions;
  readonly #uncertain: Outcome[] = [];
  #loggedAt = performance.now();

  constructor(io: Io, options: TextReporterOptions) {
    this.#io = io;
    this.#options = options;
  }

  notice(text: string): void {
    this.#note(`veil: ${printable(text)}`);
  }

  start(input: string): void {
    if (this.#options.quiet) return;
    if (this.#io.stderr.isTTY === true) this.#options.line.say(input, 'starting');
  }

  progress(input: string, progress: Progress): void {
    if (this.#options.quiet) return;
    if (this.#io.stderr.isTTY === true) {
      this.#options.line.draw(input, progress);
    } else if (performance.now() - this.#loggedAt >= LOG_EVERY_MS) {
      this.#loggedAt = performance.now();
      this.#options.logger.info(`${input}: ${progressText(progress)}`);
    }
  }

  done(input: string, result: Outcome): void {
    this.#options.line.clear();
    if (result.uncertain.length > 0) this.#uncertain.push(result);
    for (const warning of result.warnings) this.#note(`${printable(input)}: ${printable(warning)}`);
    if (this.#options.quiet) return;
    const { frames, tracks, elapsed, output } = result;
    this.#io.stdout.write(
      `${printable(input)} -> ${printable(output)}  ${frames} ${frames === 1 ? 'frame' : 'frames'}, ` +
        `${tracks} ${tracks === 1 ? 'face' : 'faces'}, ${duration(elapsed)}\n`,
    );
  }

  audited(output: string, audit: Audit): void {
    this.#options.line.clear();
    if (!this.#options.quiet) this.#io.stdout.write(auditText(output, audit));
  }

  failed(input: string, error: unknown): void {
    this.#options.line.clear();
    const text = errorText(error, this.#options.verbose);
    const named = text.includes(printable(input)) && input !== '';
    this.#io.stderr.write(`${named ? 'veil' : printable(input)}: ${text}\n`);
  }

  summary({ inputs, done, failed, interrupted, elapsed }: Summary): void {
    this.#options.line.clear();
    if (this.#options.quiet) return;
    if (this.#uncertain.length > 0) this.#io.stdout.write(spansText(this.#uncertain));
    if (inputs > 1 || interrupted) {
      const rest = inputs - done - failed;
      this.#io.stdout.write(
        `${done} of ${inputs} done` +
          (failed > 0 ? `, ${failed} failed` : '') +
          (rest > 0 ? `, ${rest} not done` : '') +
          `, ${duration(elapsed)}\n`,
      );
    }
  }

  #note(text: string): void {
    if (this.#options.quiet) return;
    this.#options.line.clear();
    this.#io.stderr.write(`${text}\n`);
  }
}

function spansText(results: readonly Outcome[]): string {
  const lines = ['Look at these spans before you publish:'];
  for (const { output, reportPath, uncertain } of results) {
    lines.push(`  ${printable(output)}`);
    for (const { from, to, place, text } of uncertain.slice(0, MOST_SPANS)) {
      const where = place === undefined ? '' : `, ${printable(place)}`;
      lines.push(`    ${moment(from)}–${moment(to)}${where}: ${printable(text)}`);
    }
    if (uncertain.length > MOST_SPANS) {
      // A tracks file names them itself.
      const place =
        reportPath === undefined ? ', all in the file' : reportPath === null ? '' : ', all in the report';
      lines.push(`    and ${uncertain.length - MOST_SPANS} more${place}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
