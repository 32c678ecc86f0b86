import { Command } from 'commander';
import { EXIT } from '../../errors.ts';
import type { Finding } from './doctor.ts';
import { HEADINGS } from '../help.ts';
import type { Io } from '../io.ts';
import { printable } from '../report/terminal-text.ts';

/** `veil doctor`: what works on this machine, and why not. */
export function doctorCommand(io: Io, finish: (exitCode: number) => void): Command {
  return new Command('doctor')
    .description('Show what works on this machine, and why the rest does not.')
    .optionsGroup(HEADINGS.general)
    .option('--json', 'Print JSON.')
    .action(async ({ json }: { json?: true }) => {
      const { examine } = await import('./doctor.ts');
      const findings: Finding[] = [];
      let area = '';
      for await (const finding of examine(io.env)) {
        findings.push(finding);
        if (json === true) continue;
        if (finding.area !== area) io.stdout.write(`${finding.area}\n`);
        area = finding.area;
        io.stdout.write(line(finding));
      }
      const ready = findings.every(({ works, required }) => works || !required);
      if (json === true) io.stdout.write(`${JSON.stringify({ ready, findings })}\n`);
      else
        io.stdout.write(
          ready ? 'Veil is ready.\n' : 'Veil cannot run here yet: see the lines marked "NO, required".\n',
        );
      finish(ready ? EXIT.done : EXIT.failed);
    });
}

function line({ name, works, required, detail }: Finding): string {
  const mark = name === 'note' ? '' : works ? 'yes: ' : required ? 'NO, required: ' : 'no: ';
  return `  ${printable(name).padEnd(20)}  ${mark}${printable(detail)}\n`;
}
