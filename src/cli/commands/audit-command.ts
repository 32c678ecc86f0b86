import { Command } from 'commander';
import { addExamples, HEADINGS } from '../help.ts';
import type { Io } from '../io.ts';
import type { AuditFlags } from './audit.ts';

/** `veil audit`: searches a finished file for visible faces. */
export function auditCommand(io: Io, finish: (exitCode: number) => void): Command {
  const command = new Command('audit')
    .description('Search a finished file for faces, streams and tags that it should not hold.')
    .argument('<output>', 'The finished file.')
    .optionsGroup(HEADINGS.files)
    .option('--report <file>', 'Its report: faces that it lists as covered are not listed again.')
    .option('--sheet <file.png>', 'Draw a contact sheet of every face found.')
    .option('--overwrite', 'Replace an existing sheet.')
    .optionsGroup(HEADINGS.detection)
    .option('--detector <name|path>', 'Face detector, as for veil blur.', 'crowd')
    .optionsGroup(HEADINGS.general)
    .option('--json', 'Print JSON.');
  addExamples(command, [['veil audit a.veil.mp4 --report a.veil.report.json --sheet faces.png', '']]);
  return command.action(async (path: string, flags: AuditFlags) => {
    const { audit } = await import('./audit.ts');
    finish(await audit(path, flags, io));
  });
}
