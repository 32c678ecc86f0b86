import { VeilError } from '../../errors.ts';
import { printableLines } from './terminal-text.ts';
import { reasonOf } from '../../base/reason.ts';

/** An error in `--json` output. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** An error as text: message, hint, stable code; with `verbose`, its cause. */
export function errorText(error: unknown, verbose: boolean): string {
  const { code, message, hint } = errorJson(error);
  const lines = [`${message} [${code}]`, ...(hint === null ? [] : [hint])];
  if (verbose) lines.push(...traces(error));
  return printableLines(lines.join('\n'));
}

/** An error for scripts; errors other than VeilErrors get the code INTERNAL. */
export function errorJson(error: unknown): ErrorJson {
  if (error instanceof VeilError) {
    return { code: error.code, message: error.message, hint: error.hint ?? null };
  }
  return {
    code: 'INTERNAL',
    message: `Something went wrong inside Veil: ${reasonOf(error)}`,
    hint: 'Run it again with --verbose to see where.',
  };
}

function traces(error: unknown): string[] {
  const lines: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    lines.push(`${depth === 0 ? '' : 'caused by '}${at.stack ?? at.message}`);
  }
  return lines;
}
