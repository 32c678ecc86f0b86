/** Writes the tables of docs/options.md, errors.md and architecture.md from the code: `tsx scripts/generate-docs.ts`. */
import { readFile, writeFile } from 'node:fs/promises';
import { flagUsage } from '../src/cli/option-flags.ts';
import { OPTIONS } from '../src/config/options.ts';
import { ERROR_CODES } from '../src/error-codes.ts';
import { exitCodeOf, VeilError, type ErrorCode } from '../src/errors.ts';
import { MAY_IMPORT } from './rules/imports.ts';

/** A document with a generated table between `<!-- table -->` and `<!-- /table -->`. */
export interface GeneratedDocument {
  /** Relative to the repository. */
  readonly path: string;
  readonly present: string;
  readonly wanted: string;
}

const TABLES: Readonly<Record<string, () => string[]>> = {
  'docs/options.md': optionRows,
  'docs/errors.md': errorRows,
  'docs/architecture.md': importRows,
};
const MARKED = /(<!-- table -->\n)[^]*?(<!-- \/table -->)/;

/** Each document as it is, and as it should be. */
export function generatedDocuments(): Promise<GeneratedDocument[]> {
  return Promise.all(
    Object.entries(TABLES).map(async ([path, rows]) => {
      const present = await readFile(fileOf(path), 'utf8');
      if (!MARKED.test(present)) throw new Error(`${path} has no place for its table.`);
      const table = rows()
        .map((row) => `${row}\n`)
        .join('');
      // As a function: descriptions may hold a $.
      const wanted = present.replace(MARKED, (_, open: string, end: string) => open + table + end);
      return { path, present, wanted };
    }),
  );
}

function optionRows(): string[] {
  const rows = OPTIONS.map((option) => {
    const { key, description, default: value } = option;
    return `| \`${flagUsage(option).replaceAll('|', '\\|')}\` | \`${key}\` | \`${JSON.stringify(value)}\` | ${description} |`;
  });
  return ['| flag | key in config files | default | meaning |', '|---|---|---|---|', ...rows];
}

function errorRows(): string[] {
  const rows = Object.entries(ERROR_CODES).map(([code, { meaning, remedy }]) => {
    const exitCode = exitCodeOf(new VeilError(code as ErrorCode, ''));
    return `| \`${code}\` | ${exitCode} | ${meaning} | ${remedy} |`;
  });
  return ['| code | exit | what happened | what to do |', '|---|---|---|---|', ...rows];
}

function importRows(): string[] {
  const rows = Object.entries(MAY_IMPORT).map(
    ([from, others]) => `| \`${from}\` | ${others.map((to) => `\`${to}\``).join(' ') || '—'} |`,
  );
  return ['| folder | may import |', '|---|---|', ...rows];
}

function fileOf(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}

if (import.meta.filename === process.argv[1]) {
  for (const { path, wanted } of await generatedDocuments()) {
    await writeFile(fileOf(path), wanted);
    console.log(`wrote ${path}`);
  }
}
