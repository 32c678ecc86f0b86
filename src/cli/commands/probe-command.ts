import { Command } from 'commander';
import { HEADINGS } from '../help.ts';
import type { Io } from '../io.ts';

/** `veil probe`: shows how Veil reads a file, and its doubts. */
export function probeCommand(io: Io, finish: (exitCode: number) => void): Command {
  return new Command('probe')
    .description('Show how a file is read: stream, size, times, colours, and what is doubtful.')
    .argument('<file>', 'A video or photo.')
    .optionsGroup(HEADINGS.general)
    .option('--json', 'Print JSON.')
    .action(async (file: string, { json }: { json?: true }) => {
      const { probeInput } = await import('./probe.ts');
      finish(await probeInput(file, json === true, io));
    });
}
