import { Command, Help, Option, type Argument, type HelpConfiguration } from 'commander';

/** Option headings in the help of every command; a command shows those that it needs. */
export const HEADINGS = {
  files: 'Files:',
  source: 'Source:',
  outputs: 'Outputs:',
  control: 'Control:',
  covers: 'Covers:',
  detection: 'Detection:',
  edits: 'Edits:',
  review: 'Review:',
  batch: 'Several inputs and long videos:',
  queue: 'Queue:',
  worker: 'Worker:',
  audio: 'Audio:',
  encoding: 'Encoding:',
  general: 'General:',
} as const;

/** Headings of the commands in `veil --help`. */
export const COMMAND_HEADINGS = {
  cover: 'Cover faces:',
  check: 'Check and correct:',
  machines: 'Many machines:',
  setup: 'Setup:',
} as const;

/** Wider terms get a line of their own, above their description. */
const TERM_WIDTH = 28;

/** Layout of the help of every command. */
const LAYOUT: HelpConfiguration = {
  padWidth: (command, help) => Math.min(TERM_WIDTH, Help.prototype.padWidth.call(help, command, help)),
  formatItem: (term, width, description, help) => {
    const format = (left: string): string =>
      Help.prototype.formatItem.call(help, left, width, description, help);
    return term.length <= width ? format(term) : `  ${term}\n${format('')}`;
  },
  groupItems: (all, visible, headingOf) => {
    const groups = Help.prototype.groupItems(all, visible, headingOf);
    const general = groups.get(HEADINGS.general) ?? [];
    groups.delete(HEADINGS.general);
    return groups.set(HEADINGS.general, general);
  },
  subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
  optionDescription: ({ description, defaultValue }: Option) =>
    defaultValue === undefined ? description : `${description} (default: ${String(defaultValue)})`,
};

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

const EXIT_CODES = `
Exit codes: 0 done, 1 an input has no output, 2 wrong usage, 3 done with places to review, 130 stopped.`;

/** Adds the exit codes to the help of a command. */
export function addExitCodes(command: Command): Command {
  return command.addHelpText('after', EXIT_CODES);
}

/** Sets the layout of the help of the program and of its commands. */
export function layOutHelp(program: Command): void {
  program.addHelpCommand(
    new Command('help')
      .argument('[command]')
      .description('Show the help of a command.')
      .helpGroup(COMMAND_HEADINGS.setup),
  );
  for (const command of program.commands) {
    layOut(command);
    for (const child of command.commands) layOut(child);
    if (command.commands.length > 0) command.helpCommand(false);
  }
  layOut(program);
}

function layOut(command: Command): void {
  const help = new Option('-h, --help', 'Show this help.').helpGroup(HEADINGS.general);
  command.configureHelp(LAYOUT).addHelpOption(help);
}

/** Adds examples to the help of a command: pairs of a command line and its effect. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [line: string, does: string])[],
): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`.trimEnd());
  return command.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
}
