import type { Audit } from '../../audit/audit-file.ts';
import { printable } from './terminal-text.ts';

/** Limit of findings on the terminal; JSON and sheet have more. */
const MOST_LINES = 20;

/** An audit as an object for scripts, without its pictures. */
export function auditJson({ findings, ...rest }: Audit): object {
  return {
    ...rest,
    findings: findings.map(({ stream, where, from, to, firstFrame, lastFrame, box, score, looks }) => ({
      stream,
      ...(where === undefined ? {} : { where }),
      from,
      to,
      firstFrame,
      lastFrame,
      box,
      score,
      looks,
    })),
  };
}

/** An audit as text; every line ends with a newline. */
export function auditText(path: string, { frames, problems, findings }: Audit): string {
  const lines = problems.map((problem) => printable(problem));
  if (findings.length > 0) {
    lines.push(`${findings.length} ${findings.length === 1 ? 'face is' : 'faces are'} still to be seen:`);
  }
  const isOneStream = new Set(findings.map(({ stream }) => stream)).size <= 1;
  for (const { stream, where, from, to, box, score } of findings.slice(0, MOST_LINES)) {
    lines.push(
      `  ${from.toFixed(1)} - ${to.toFixed(1)} s  at ${Math.round(box.x)}, ${Math.round(box.y)}, ` +
        `${Math.round(box.width)} by ${Math.round(box.height)} pixels, score ${score.toFixed(2)}` +
        (where === undefined ? (isOneStream ? '' : `, in stream ${stream}`) : `, in ${where}`),
    );
  }
  if (findings.length > MOST_LINES)
    lines.push(`  and ${findings.length - MOST_LINES} more (--json, --sheet)`);
  if (findings.length > 0) {
    lines.push(
      'Look at each: an audit takes hands and patterns for faces more often than a run does. --sheet draws them.',
    );
  }
  if (lines.length === 0) lines.push(`Nothing was found in ${frames} frames of ${printable(path)}.`);
  return lines.map((line) => `${line}\n`).join('');
}

/** Whether the file needs a review. */
export function hasFound({ findings, problems }: Audit): boolean {
  return findings.length > 0 || problems.length > 0;
}
