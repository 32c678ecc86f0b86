/** The house rules that no linter knows: `npm run check:rules`. Each rule is a file in scripts/rules/. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { brandIsMadeOnce } from './rules/brand.ts';
import { noCircles } from './rules/circles.ts';
import { exportsAreDocumented } from './rules/docs.ts';
import { edgeOfTheProgram } from './rules/edge.ts';
import { importDirections } from './rules/imports.ts';
import { linksResolve } from './rules/links.ts';
import { lockLeavesOutScript } from './rules/lock.ts';
import { ruleFile, type Rule, type Violation } from './rules/rule.ts';
import { filesAreShort, nothingUnfinished } from './rules/text.ts';

const RULES: readonly Rule[] = [
  importDirections,
  noCircles,
  edgeOfTheProgram,
  brandIsMadeOnce,
  exportsAreDocumented,
  filesAreShort,
  nothingUnfinished,
];

/** Every violation in the repository at `root`. */
export async function checkRules(root: string): Promise<Violation[]> {
  const sources = await readAll(root, ['{src,scripts,test}/**/*.ts']);
  const files = [...sources].map(([path, text]) => ruleFile(path, text));
  const texts = await readAll(root, ['*.md', 'docs/**/*.md', 'samples/**/*.md', 'models/**/*.md']);
  const exists = (path: string): boolean => existsSync(join(root, path));
  const lock = await readFile(join(root, 'package-lock.json'), 'utf8');
  return [
    ...RULES.flatMap((rule) => rule(files)),
    ...linksResolve({ texts, exists }),
    ...lockLeavesOutScript(lock),
  ];
}

async function readAll(root: string, patterns: string[]): Promise<Map<string, string>> {
  const paths = (await glob(patterns, { cwd: root })).sort();
  const texts = await Promise.all(paths.map((path) => readFile(join(root, path), 'utf8')));
  return new Map(paths.map((path, index) => [path, texts[index]!]));
}

if (import.meta.filename === process.argv[1]) {
  const violations = await checkRules(join(import.meta.dirname, '..'));
  for (const { path, line, message } of violations) console.error(`${path}:${line} ${message}`);
  if (violations.length > 0) process.exitCode = 1;
  else console.log('Every house rule is kept.');
}
