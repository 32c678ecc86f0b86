import type { Command } from 'commander';
import { createConfiguredDetector } from '../pipeline/find-in-media.ts';
import type { BlurFlags } from './blur-command.ts';
import { blurAll } from './blur-run.ts';
import { expandInputs } from './inputs.ts';
import type { Io } from './io.ts';
import { JsonReporter } from './json-reporter.ts';
import { configOf } from './option-flags.ts';
import { planOutputs } from './outputs.ts';
import { ProgressLine } from './progress.ts';
import { stoppable } from './shutdown.ts';
import { terminalLogger, type LogLevel } from './terminal-logger.ts';
import { TextReporter } from './text-reporter.ts';

/**
 * Does what a `veil blur` call asks for.
 *
 * @returns the exit code
 * @throws VeilError for what is wrong with the call as a whole
 */
export async function blur(args: readonly string[], command: Command, io: Io): Promise<number> {
  const { output, json = false, quiet = false, verbose = false, audit = false } = command.opts<BlurFlags>();
  const { config } = await configOf(command);
  const line = new ProgressLine(io.stderr);
  const level = logLevel(io, quiet, verbose);
  const logger = terminalLogger(io.stderr, {
    level,
    json,
    before: () => {
      line.clear();
    },
  });
  const reporter = json ? new JsonReporter(io, line) : new TextReporter(io, { quiet, verbose, line, logger });

  const { inputs, problems, severalAsked, notices } = await expandInputs(args);
  for (const notice of notices) reporter.notice(notice);
  const { report, video } = config;
  const jobs = await planOutputs(inputs, { output, report, video, several: severalAsked });
  const openDetector = (): ReturnType<typeof createConfiguredDetector> =>
    createConfiguredDetector(config, logger);
  return stoppable(io, (signal) =>
    blurAll({ jobs, problems, config, reporter, logger, signal, audit, openDetector }),
  );
}

function logLevel({ stderr }: Io, quiet: boolean, verbose: boolean): LogLevel {
  if (verbose) return 'debug';
  if (quiet) return 'silent';
  return stderr.isTTY === true ? 'warn' : 'info';
}
