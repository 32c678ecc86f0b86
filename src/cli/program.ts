import { Command, CommanderError, Option } from 'commander';
import { startTrace, writeTrace } from '../base/trace.ts';
import { EXIT, VeilError, exitCodeOf } from '../errors.ts';
import { auditCommand } from './commands/audit-command.ts';
import { blurCommand } from './commands/blur-command.ts';
import { configCommand } from './commands/config-command.ts';
import { detectCommand } from './commands/detect-command.ts';
import { doctorCommand } from './commands/doctor-command.ts';
import { errorJson, errorText } from './report/error-text.ts';
import { evalCommand } from './commands/eval-command.ts';
import type { Io } from './io.ts';
import { liveCommand } from './commands/live-command.ts';
import { modelsCommand } from './commands/models-command.ts';
import { probeCommand } from './commands/probe-command.ts';
import { queueCommand } from './commands/queue-command.ts';
import { renderCommand } from './commands/render-command.ts';
import { reviewCommand } from './commands/review-command.ts';
import { workerCommand } from './commands/worker-command.ts';
import { ownVersion } from '../base/own-version.ts';

const EXAMPLES = `
Examples:
  veil blur protest.mp4                 writes protest.veil.mp4
  veil blur footage/ -o covered/
  veil live /dev/video0 --preview 4321

Help for one command: veil blur --help
`;

/**
 * The whole command line.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code; nothing is thrown
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.done;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const program = new Command('veil')
    .description('Hides faces in videos, photos and live streams.')
    .version(ownVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', EXAMPLES);
  for (const command of commandsOf(io, finish)) program.addCommand(command);
  prepare(program, io);
  traceRuns(program);
  try {
    refuseClusters(argv);
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return conclude(error, argv, io);
  }
}

/** Gives every command `--trace FILE`, for those who measure. */
function traceRuns(program: Command): void {
  for (const command of program.commands) {
    command.addOption(new Option('--trace <file>', 'write a Chrome trace of the run').hideHelp());
  }
  const fileOf = (command: Command): string | undefined => command.opts<{ readonly trace?: string }>().trace;
  program
    .hook('preAction', (_, command) => {
      if (fileOf(command) !== undefined) startTrace();
    })
    .hook('postAction', async (_, command) => {
      const file = fileOf(command);
      if (file !== undefined) await writeTrace(file);
    });
}

/**
 * Every command, in the order of the help.
 *
 * @param finish told the exit code
 */
export function commandsOf(io: Io, finish: (exitCode: number) => void): Command[] {
  return [
    blurCommand(io, finish),
    detectCommand(io, finish),
    renderCommand(io, finish),
    reviewCommand(io, finish),
    liveCommand(io, finish),
    probeCommand(io, finish),
    auditCommand(io, finish),
    evalCommand(io, finish),
    queueCommand(io, finish),
    workerCommand(io, finish),
    configCommand(io),
    modelsCommand(io),
    doctorCommand(io, finish),
  ];
}

/**
 * The parser would read the file name `-other.mp4` as `-o ther.mp4`, and write there. Veil has too few short options
 * for joining them to be missed.
 *
 * @throws VeilError USAGE
 */
function refuseClusters(argv: readonly string[]): void {
  const cluster = beforeDashes(argv).find((arg) => /^-[a-z]./i.test(arg));
  if (cluster === undefined) return;
  throw new VeilError('USAGE', `Unknown option ${cluster}.`, { hint: dashedNameHint(cluster) });
}

function dashedNameHint(name: string): string {
  return `For a file of that name write ./${name}, or put it after --.`;
}

function beforeDashes(argv: readonly string[]): readonly string[] {
  return argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
}

function prepare(command: Command, io: Io): void {
  command
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Shown by conclude, like every other error.
      outputError: () => undefined,
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });
  for (const child of command.commands) prepare(child, io);
}

function conclude(error: unknown, argv: readonly string[], io: Io): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  // The help was shown because a command is missing.
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
  const shown = error instanceof CommanderError ? usageError(error, argv) : error;
  const given = beforeDashes(argv);
  if (given.includes('--json')) {
    io.stdout.write(`${JSON.stringify({ type: 'error', ...errorJson(shown) })}\n`);
  } else {
    io.stderr.write(`veil: ${errorText(shown, given.includes('--verbose'))}\n`);
  }
  return exitCodeOf(shown);
}

function seeHelp([first = '']: readonly string[]): string {
  return /^[a-z]+$/.test(first) ? `See veil ${first} --help.` : 'See veil --help.';
}

/** The parser's error in Veil's form, with its suggestion as the hint. */
function usageError({ code, message }: CommanderError, argv: readonly string[]): VeilError {
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const name = code === 'commander.unknownOption' ? /'(.*)'/.exec(what)?.[1] : undefined;
  const hint =
    suggestion?.replace(/^\((.*)\)$/, '$1') ??
    (name === undefined ? seeHelp(argv) : `${seeHelp(argv)} ${dashedNameHint(name)}`);
  return new VeilError('USAGE', `${what[0]?.toUpperCase() ?? ''}${what.slice(1)}.`, { hint });
}
