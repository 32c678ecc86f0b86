import { Command } from 'commander';
import type { Io } from '../io.ts';

/** `veil probe`: how a file is read, and what is doubtful about it. */
export function probeCommand(io: Io, finish: (exitCode: number) => void): Command {
  return new Command('probe')
    .description('show how a file is read: which stream, its size, times and colours, and what is doubtful')
    .argument('<file>')
    .option('--json', 'print JSON')
    .action(async (file: string, { json }: { json?: true }) => {
      const { probeInput } = await import('./probe.ts');
      finish(await probeInput(file, json === true, io));
    });
}
