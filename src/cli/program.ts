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
import { addExamples, COMMAND_HEADINGS, HEADINGS, layOutHelp } from './help.ts';
import type { Io } from './io.ts';
import { liveCommand } from './commands/live-command.ts';
import { modelsCommand } from './commands/models-command.ts';
import { probeCommand } from './commands/probe-command.ts';
import { queueCommand } from './commands/queue/queue-command.ts';
import { renderCommand } from './commands/render-command.ts';
import { reviewCommand } from './commands/review/review-command.ts';
import { workerCommand } from './commands/queue/worker-command.ts';
import { shellWord } from '../base/shell-word.ts';
import { ownVersion } from '../base/own-version.ts';

const EXAMPLES = [
  ['veil blur protest.mp4', 'writes protest.veil.mp4'],
  ['veil review protest.veil.mp4', 'opens a page to check it'],
  ['veil blur footage/ -o covered/', 'a folder, with its subfolders'],
  ['veil live /dev/video0 --preview 4321', 'a camera, with a page to control it'],
] as const;

const MORE = '\nOptions and examples of one command: veil blur --help';

/**
 * Runs the program.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code; it never throws
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.done;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const program = new Command('veil')
    .description('Hides faces in videos, photos and live streams.')
    .optionsGroup(HEADINGS.general)
    .version(ownVersion(), '-V, --version', 'Print the version.');
  addExamples(program, EXAMPLES).addHelpText('after', MORE);
  for (const command of commandsOf(io, finish)) program.addCommand(command);
  layOutHelp(program);
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

/** Adds `--trace FILE` to every command, for measurements. */
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
 * All commands, in the order of the help.
 *
 * @param finish called with the exit code
 */
export function commandsOf(io: Io, finish: (exitCode: number) => void): Command[] {
  const { cover, check, machines, setup } = COMMAND_HEADINGS;
  return [
    blurCommand(io, finish).helpGroup(cover),
    liveCommand(io, finish).helpGroup(cover),
    reviewCommand(io, finish).helpGroup(check),
    auditCommand(io, finish).helpGroup(check),
    detectCommand(io, finish).helpGroup(check),
    renderCommand(io, finish).helpGroup(check),
    evalCommand(io, finish).helpGroup(check),
    probeCommand(io, finish).helpGroup(check),
    queueCommand(io, finish).helpGroup(machines),
    workerCommand(io, finish).helpGroup(machines),
    doctorCommand(io, finish).helpGroup(setup),
    configCommand(io).helpGroup(setup),
    modelsCommand(io).helpGroup(setup),
  ];
}

/**
 * Refuses joined short options: the parser would read the file name `-other.mp4` as `-o ther.mp4`, and write there.
 * Veil has too few short options for joining them to be missed.
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
      // `conclude` shows it, like every other error.
      outputError: () => undefined,
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });
  for (const child of command.commands) prepare(child, io);
}

function conclude(error: unknown, argv: readonly string[], io: Io): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  // A missing command made the parser show the help.
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

/** A hint for users of tools that take a file without a command. Null without a file. */
function blurHint(argv: readonly string[]): string | null {
  return /[./\\]/.test(argv[0] ?? '')
    ? `To cover a file: ${['veil blur', ...argv.map(shellWord)].join(' ')}`
    : null;
}

/** Converts the parser's error; its suggestion becomes the hint. */
function usageError({ code, message }: CommanderError, argv: readonly string[]): VeilError {
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const name = code === 'commander.unknownOption' ? /'(.*)'/.exec(what)?.[1] : undefined;
  const hint =
    suggestion?.replace(/^\((.*)\)$/, '$1') ??
    (code === 'commander.unknownCommand' ? blurHint(argv) : null) ??
    (name === undefined ? seeHelp(argv) : `${seeHelp(argv)} ${dashedNameHint(name)}`);
  return new VeilError('USAGE', `${what[0]?.toUpperCase() ?? ''}${what.slice(1)}.`, { hint });
}
