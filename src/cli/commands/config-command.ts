import { Command } from 'commander';
import { OPTIONS, valueAt } from '../../config/options.ts';
import type { LoadedConfig, Origin } from '../../config/load.ts';
import { addExamples, HEADINGS } from '../help.ts';
import type { Io } from '../io.ts';
import { addOptionFlags, configOf } from '../option-flags.ts';
import { printable } from '../report/terminal-text.ts';

/** `veil config`: the value of every option, and its source. */
export function configCommand(io: Io): Command {
  const command = new Command('config')
    .description('Show the value of every option and where it comes from.')
    .optionsGroup(HEADINGS.general)
    .option('--json', 'Print JSON.');
  addOptionFlags(command);
  addExamples(command, [['veil config --config protest --style blur', '']]);
  return command.action(async (options: { json?: true }) => {
    const loaded = await configOf(command);
    io.stdout.write(options.json === true ? json(loaded) : table(loaded));
  });
}

function table({ config, origins }: LoadedConfig): string {
  const rows = OPTIONS.map(({ key }) => [
    key,
    printable(JSON.stringify(valueAt(config, key))),
    printable(originText(origins.get(key)!)),
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map(([key, value, origin]) => `${key!.padEnd(widths[0]!)}  ${value!.padEnd(widths[1]!)}  ${origin!}\n`)
    .join('');
}

function json({ config, origins }: LoadedConfig): string {
  return `${JSON.stringify({ config, origins: Object.fromEntries(origins) })}\n`;
}

function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'file':
      return origin.name;
    case 'flag':
      return origin.flag;
  }
}
