import { Command } from 'commander';
import type { Io } from '../io.ts';
import type { AuditFlags } from './audit.ts';

/** `veil audit`: searches a finished file for faces that are left. */
export function auditCommand(io: Io, finish: (exitCode: number) => void): Command {
  return new Command('audit')
    .description('search a finished file for faces, streams and tags that should not be there')
    .argument('<output>', 'the finished file')
    .option('--report <file>', 'its report: what it covers is not listed again')
    .option('--sheet <file.png>', 'write a contact sheet of every face found')
    .option('--detector <name|path>', 'face detector, as for veil blur', 'crowd')
    .option('--overwrite', 'replace an existing sheet')
    .option('--json', 'print JSON')
    .action(async (path: string, flags: AuditFlags) => {
      const { audit } = await import('./audit.ts');
      finish(await audit(path, flags, io));
    });
}
