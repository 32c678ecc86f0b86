import { Command } from 'commander';
import { addExamples, HEADINGS } from '../help.ts';
import type { Io } from '../io.ts';
import type { EvalOptions } from './eval.ts';

/** `veil eval`: counts the known faces that an output, or a report, leaves exposed. */
export function evalCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = new Command('eval')
    .description('Count the known faces that an output leaves visible.')
    .argument('<original>', 'The video before Veil covered it.')
    .optionsGroup(HEADINGS.files)
    .requiredOption('--truth <file>', 'Required: where its faces are, as truth/1 or MOT Challenge text.')
    .option('--output <file>', 'The covered video: compares pixels.')
    .option('--report <file>', 'Instead of the output, its report: compares boxes.')
    .option('--timeline <file.svg>', 'Draw one row per person, with visible faces in red.')
    .option('--overwrite', 'Replace an existing timeline.')
    .optionsGroup(HEADINGS.general)
    .option('--json', 'Print JSON.');
  addExamples(command, [['veil eval a.mp4 --truth a.truth.json --output a.veil.mp4', '']]);
  return command.action(async (original: string, options: EvalOptions) => {
    const { evaluate } = await import('./eval.ts');
    finish(await evaluate(original, options, io));
  });
}
