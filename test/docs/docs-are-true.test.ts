import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { glob } from 'tinyglobby';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { commandsOf } from '../../src/cli/program.ts';
import { ERROR_CODES } from '../../src/error-codes.ts';
import * as library from '../../src/index.ts';
import { REPORT_FORMAT } from '../../src/documents/write-report.ts';
import { memoryIo } from '../cli/memory-io.ts';

const root = new URL('../../', import.meta.url);
const paths = await glob(['README.md', 'SECURITY.md', 'docs/*.md'], { cwd: root.pathname });
const pages = await Promise.all(
  paths.map(async (path) => ({ path, text: await readFile(new URL(path, root), 'utf8') })),
);

const commands = new Map(commandsOf(memoryIo(), () => undefined).map((command) => [command.name(), command]));
const COMMON = ['--help', '--version'];
/** Flags of scripts, which documents mention as well. */
const OF_SCRIPTS = ['--fault'];

function flagsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long }) => long ?? []);
  return [...own, ...command.commands.flatMap(flagsOf)];
}

/** Code in a text: each line of a fenced block, and each inline piece. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```\w*\n([^]*?)^```/gm)].flatMap(([, code]) => code!.split('\n'));
  const inline = [...text.replace(/^```[^]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
  return [...blocks, ...inline].map((code) => code.replace(/\s#.*$/, '').trim());
}

describe.each(pages)('$path', ({ text }) => {
  const code = codeOf(text);

  it('prints only commands and flags that the program has', () => {
    const problems = code
      .filter((line) => /^veil [a-z]/.test(line))
      .flatMap((line) => {
        const command = commands.get(line.split(/\s/)[1]!);
        if (command === undefined) return [`${line}: no such command`];
        const known = [...flagsOf(command), ...COMMON];
        const flags = line.match(/(?<=\s)--[a-z-]+/g) ?? [];
        return flags.filter((flag) => !known.includes(flag)).map((flag) => `${line}: no ${flag}`);
      });
    expect(problems).toEqual([]);
  });

  it('names only flags that a command has', () => {
    const known = new Set([...[...commands.values()].flatMap(flagsOf), ...COMMON, ...OF_SCRIPTS]);
    const named = code.filter((piece) => piece.startsWith('--')).map((piece) => /^--[a-z-]+/.exec(piece)![0]);
    expect(named.filter((flag) => !known.has(flag))).toEqual([]);
  });

  it('names only error codes that exist', () => {
    const named = code.filter((piece) => /^(INPUT|OUTPUT|TRACKS|MODEL|GPU|ENGINE)_[A-Z_]+$/.test(piece));
    expect(named.filter((name) => !(name in ERROR_CODES))).toEqual([]);
  });

  it('imports only what the library exports', () => {
    const imported = [...text.matchAll(/^import \{([^}]*)\} from 'veil/gm)].flatMap(([, names]) =>
      names!.split(',').flatMap((name) => name.trim() || []),
    );
    expect(imported.filter((name) => !(name in library))).toEqual([]);
  });
});

describe('docs/report.md', () => {
  it('describes every field of a report, and no other', async () => {
    const source = await readFile(new URL('src/documents/write-report.ts', root), 'utf8');
    const fields = fieldsOf('Report', ts.createSourceFile('report.ts', source, ts.ScriptTarget.Latest, true));
    const { text } = pages.find(({ path }) => path === 'docs/report.md')!;
    const rows = [...text.matchAll(/^\| (`[^|]*) \|/gm)].map(([, cell]) => cell!);
    const described = rows
      .filter((cell) => !/^`[a-z-]+-[a-z-]+`$|^`dismissed`$/.test(cell))
      .flatMap((cell) => [...cell.matchAll(/`([A-Za-z]+)/g)].map(([, name]) => name!));
    const ofTracks = ['lastFrame'];
    expect(new Set(described.filter((name) => !ofTracks.includes(name)))).toEqual(
      new Set(fields.filter((name) => name !== 'height')),
    );
    expect(text).toContain(REPORT_FORMAT);
  });
});

function fieldsOf(name: string, file: ts.SourceFile): string[] {
  const node = file.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  ) as ts.InterfaceDeclaration;
  return node.members.flatMap((member) => member.name?.getText(file) ?? []);
}
