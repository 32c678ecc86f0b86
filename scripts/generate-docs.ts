/** Writes the tables of docs/options.md, errors.md and architecture.md from the code: `tsx scripts/generate-docs.ts`. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Option } from 'commander';
import { processIo } from '../src/cli/io.ts';
import { flagUsage, headingOf } from '../src/cli/option-flags.ts';
import { commandsOf } from '../src/cli/program.ts';
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

/** The options of config files, then those of single commands, under the headings of the help. */
function optionRows(): string[] {
  const headings = [...new Set(OPTIONS.map(({ key }) => headingOf(key)))];
  const tables = headings.flatMap((heading) => {
    const rows = OPTIONS.filter(({ key }) => headingOf(key) === heading).map((option) => {
      const { key, description, default: value } = option;
      return `| ${code(flagUsage(option))} | \`${key}\` | \`${JSON.stringify(value)}\` | ${description} |`;
    });
    const head = ['| flag | key in config files | default | meaning |', '|---|---|---|---|'];
    return ['', `### ${heading.replace(':', '')}`, '', ...head, ...rows];
  });
  return [...tables, '', '## Options of one command', ...commandTables(), ''];
}

function commandTables(): string[] {
  const top = commandsOf(processIo(), () => undefined);
  return top
    .flatMap((command) => [
      { command, name: command.name() },
      ...command.commands.map((child) => ({ command: child, name: `${command.name()} ${child.name()}` })),
    ])
    .flatMap(({ command, name }) => {
      const rows = command.options.filter(isOwn).map((option) => {
        const { flags, description } = option;
        const value = option.defaultValue as string | undefined;
        const ending = value === undefined ? '' : ` Default: ${value}.`;
        return `| ${code(flags)} | ${description}${ending} |`;
      });
      return rows.length === 0
        ? []
        : ['', `### veil ${name}`, '', '| flag | meaning |', '|---|---|', ...rows];
    });
}

/** Whether an option is neither one of config files nor one of nearly every command. */
function isOwn({ flags, long, hidden }: Option): boolean {
  const isOfConfig = OPTIONS.some((option) => flags === flagUsage(option) || long === `--no-${option.flag}`);
  return !hidden && !isOfConfig && !/^--(config|json|quiet|verbose)$/.test(long ?? '');
}

/** As code in a cell of a table. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
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
