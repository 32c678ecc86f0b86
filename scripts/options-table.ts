/** Writes the table of options into the README: `tsx scripts/options-table.ts`. */
import { readFile, writeFile } from 'node:fs/promises';
import { flagUsage } from '../src/cli/option-flags.ts';
import { OPTIONS } from '../src/config/options.ts';

const README = new URL('../README.md', import.meta.url);
const MARKED = /(<!-- options -->\n)[^]*?(<!-- \/options -->)/;

/** The README as it is, and as it should be. */
export async function readmeWithOptions(): Promise<{ readonly present: string; readonly wanted: string }> {
  const present = await readFile(README, 'utf8');
  if (!MARKED.test(present)) throw new Error('README.md has no place for the options.');
  // As a function: descriptions may hold a $.
  return { present, wanted: present.replace(MARKED, (_, open: string, end: string) => open + table() + end) };
}

function table(): string {
  const rows = OPTIONS.map((option) => {
    const { key, description, default: value } = option;
    return `| \`${flagUsage(option).replaceAll('|', '\\|')}\` | \`${key}\` | \`${JSON.stringify(value)}\` | ${description} |`;
  });
  return ['| flag | key | default | |', '|---|---|---|---|', ...rows].map((line) => `${line}\n`).join('');
}

if (import.meta.filename === process.argv[1]) {
  const { wanted } = await readmeWithOptions();
  await writeFile(README, wanted);
  console.log('wrote README.md');
}
