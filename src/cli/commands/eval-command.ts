import { Command } from 'commander';
import type { Io } from '../io.ts';
import type { EvalOptions } from './eval.ts';

/** `veil eval`: how many true faces an output, or a report, leaves exposed. */
export function evalCommand(io: Io, finish: (exitCode: number) => void): Command {
  return new Command('eval')
    .description('measure how many known faces an output leaves exposed')
    .argument('<original>', 'the video before Veil covered it')
    .requiredOption('--truth <file>', 'required: where its faces are, as truth/1 or MOT Challenge text')
    .option('--output <file>', 'the covered video: compares pixels')
    .option('--report <file>', 'or a report: compares boxes')
    .option('--timeline <file.svg>', 'draw one row per person, exposed frames in red')
    .option('--overwrite', 'replace an existing timeline')
    .option('--json', 'print JSON')
    .action(async (original: string, options: EvalOptions) => {
      const { evaluate } = await import('./eval.ts');
      finish(await evaluate(original, options, io));
    });
}
