import type { Command } from 'commander';
import type { ResolvedConfig } from '../config/schema.ts';
import type { Logger } from '../logger.ts';
import { expandInputs, type ExpandedInputs } from './input/inputs.ts';
import { HEADINGS } from './help.ts';
import type { Io } from './io.ts';
import { identitiesOf } from './output/created-folders.ts';
import { JsonReporter } from './report/json-reporter.ts';
import { configOf } from './option-flags.ts';
import { ProgressLine } from './report/progress.ts';
import type { Reporter } from './report/reporter.ts';
import { terminalLogger, type LogLevel } from './report/terminal-logger.ts';
import { TextReporter } from './report/text-reporter.ts';

/** Flags for the output of a command that works on inputs. */
export interface TellFlags {
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** One call of a command that works on inputs. */
export interface Call extends ExpandedInputs {
  readonly config: ResolvedConfig;
  /** File identities of all inputs, independent of their names. */
  readonly inputFiles: ReadonlySet<string>;
  readonly reporter: Reporter;
  readonly logger: Logger;
}

/** Adds the inputs argument to a command. */
export function addInputs(command: Command): Command {
  return command.argument(
    '<inputs...>',
    'Files, folders (searched recursively) and quoted patterns such as "clips/**/*.mp4".',
  );
}

/** Adds the flags of {@link TellFlags} to a command. */
export function addTellFlags(command: Command): Command {
  return command
    .optionsGroup(HEADINGS.general)
    .option('--json', 'Print JSON lines: one object per finished input, then a summary.')
    .option('-q, --quiet', 'Print errors only.')
    .option('-v, --verbose', 'Print debug messages and the causes of errors.');
}

/**
 * Parses the arguments.
 *
 * @throws VeilError USAGE, CONFIG_INVALID
 */
export async function openCall(args: readonly string[], command: Command, io: Io): Promise<Call> {
  const { json = false, quiet = false, verbose = false } = command.opts<TellFlags>();
  const { config } = await configOf(command);
  const line = new ProgressLine(io.stderr);
  const logger = terminalLogger(io.stderr, {
    level: logLevel(io, quiet, verbose),
    json,
    before: () => {
      line.clear();
    },
  });
  const reporter = json ? new JsonReporter(io, line) : new TextReporter(io, { quiet, verbose, line, logger });
  const expanded = await expandInputs(args);
  for (const notice of expanded.notices) reporter.notice(notice);
  return { ...expanded, inputFiles: await identitiesOf(expanded.inputs), config, reporter, logger };
}

function logLevel({ stderr }: Io, quiet: boolean, verbose: boolean): LogLevel {
  if (verbose) return 'debug';
  if (quiet) return 'silent';
  return stderr.isTTY === true ? 'warn' : 'info';
}
