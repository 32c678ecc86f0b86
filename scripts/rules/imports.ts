import { posix } from 'node:path';
import ts from 'typescript';
import { nodesOf, violationAt, type Rule, type RuleFile, type Violation } from './rule.ts';

const BASE = ['base', 'errors', 'logger', 'frame'];
const STAGES = ['source', 'detect', 'observe', 'track', 'anonymize', 'sink'];
const RUNS = [...BASE, ...STAGES, 'config', 'ffmpeg', 'models', 'documents', 'pipeline', 'audit'];

/** For each folder (or file) directly in src/, the others from which its files may import. Arrows point down only. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  errors: [],
  'error-codes': ['errors'],
  logger: [],
  frame: ['base', 'errors'],
  config: BASE,
  ffmpeg: [...BASE, 'config'],
  gpu: [...BASE, 'config'],
  models: [...BASE, 'config'],
  inference: [...BASE, 'config', 'gpu', 'models'],
  source: [...BASE, 'config', 'ffmpeg'],
  detect: [...BASE, 'config', 'models', 'inference'],
  observe: [...BASE, 'config', 'source', 'detect'],
  track: [...BASE, 'config'],
  anonymize: [...BASE, 'config', 'gpu'],
  sink: [...BASE, 'config', 'ffmpeg'],
  documents: [...BASE, 'config', 'sink'],
  pipeline: [...BASE, ...STAGES, 'config', 'ffmpeg', 'models', 'documents'],
  audit: [...BASE, ...STAGES, 'config', 'ffmpeg', 'documents', 'pipeline'],
  jobs: [...RUNS, 'web-server'],
  eval: [...BASE, 'ffmpeg', 'anonymize'],
  'web-server': BASE,
  review: [...RUNS, 'web-server'],
  preview: [...BASE, ...STAGES, 'config', 'ffmpeg', 'pipeline', 'web-server'],
  index: [...RUNS, 'error-codes'],
  cli: [...RUNS, 'inference', 'gpu', 'preview', 'review', 'jobs', 'eval', 'index'],
};

/** Packages that one folder alone may import. */
const KEPT_IN: Readonly<Record<string, string>> = {
  'fluent-ffmpeg': 'ffmpeg',
  bullmq: 'jobs',
  ioredis: 'jobs',
  '@aws-sdk/client-s3': 'jobs',
};

/** Stages never import each other; what they share lies below them, and only the pipeline joins them. */
export const importDirections: Rule = (files) =>
  files.filter(({ path }) => path.startsWith('src/')).flatMap(violationsOf);

function violationsOf(file: RuleFile): Violation[] {
  const from = partOf(file.path);
  const allowed = MAY_IMPORT[from];
  if (allowed === undefined) {
    return [
      { path: file.path, line: 1, message: `scripts/rules/imports.ts does not know what ${from} may import` },
    ];
  }
  return importsOf(file).flatMap(({ node, name }) => {
    const message = name.startsWith('.')
      ? relativeImport(file.path, from, allowed, name)
      : packageImport(from, name);
    return message === null ? [] : [violationAt(file, node, message)];
  });
}

function relativeImport(path: string, from: string, allowed: readonly string[], name: string): string | null {
  const target = posix.normalize(posix.join(posix.dirname(path), name));
  if (!target.startsWith('src/')) return target === 'package.json' ? null : `${target} lies outside src/`;
  const to = partOf(target);
  return to === from || allowed.includes(to) ? null : `${from} must not import ${to}`;
}

function packageImport(from: string, name: string): string | null {
  const home = KEPT_IN[name];
  return home === undefined || home === from ? null : `only ${home}/ may import ${name}`;
}

/** `src/sink/target.ts` belongs to `sink`, `src/errors.ts` to `errors`. */
function partOf(path: string): string {
  return path.split('/')[1]!.replace(/\.ts$/, '');
}

/** All imports of a file. */
export function importsOf(file: RuleFile): { readonly node: ts.Node; readonly name: string }[] {
  return [...nodesOf(file.tree)].flatMap((node) => {
    const specifier = specifierOf(node);
    return specifier !== undefined && ts.isStringLiteralLike(specifier)
      ? [{ node, name: specifier.text }]
      : [];
  });
}

/** Static and dynamic imports, re-exports, `import('…')` types and `require`. */
function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const loads =
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === 'require');
  return loads ? node.arguments[0] : undefined;
}
