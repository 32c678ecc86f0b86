import ts from 'typescript';
import { nodesOf, violationAt, type Rule, type RuleFile } from './rule.ts';

/** Names that belong to the terminal and the process: only the command line uses them. */
const EDGE = ['exit', 'exitCode', 'argv', 'stdout', 'stderr', 'stdin'];

/** Who may read the environment: paths of programs, data folders, log levels of native libraries. */
const READS_ENV = ['cli', 'ffmpeg', 'gpu', 'config', 'inference'];

/** Programs that run in a process of their own. */
const PROGRAM = /-program\.ts$/;

/** Only `cli/` and such programs print, exit and read arguments. */
export const edgeOfTheProgram: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('src/') && !path.startsWith('src/cli/') && !PROGRAM.test(path))
    .flatMap((file) =>
      [...nodesOf(file.tree)].flatMap((node) => {
        const message = problemWith(file, node);
        return message === null ? [] : [violationAt(file, node, message)];
      }),
    );

function problemWith(file: RuleFile, node: ts.Node): string | null {
  if (isValueNamed(node, 'console')) return 'only cli/ may use console';
  if (ts.isImportDeclaration(node) && /^'(node:)?process'$/.test(node.moduleSpecifier.getText(file.tree))) {
    return "use the global process, which this rule can follow, not the import 'node:process'";
  }
  const member = memberOfProcess(node);
  if (member === null) return null;
  if (EDGE.includes(member)) return `only cli/ may use process.${member}`;
  const part = file.path.split('/')[1]!;
  return member === 'env' && !READS_ENV.includes(part) ? `${part} must not read the environment` : null;
}

/** `exit` for `process.exit`, `process['exit']` and `const { exit } = process`. */
function memberOfProcess(node: ts.Node): string | null {
  if (ts.isPropertyAccessExpression(node) && isValueNamed(node.expression, 'process')) return node.name.text;
  if (ts.isElementAccessExpression(node) && isValueNamed(node.expression, 'process')) {
    return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : null;
  }
  if (!ts.isBindingElement(node)) return null;
  const { initializer } = node.parent.parent as ts.VariableDeclaration;
  if (initializer === undefined || !isValueNamed(initializer, 'process')) return null;
  return (node.propertyName ?? node.name).getText();
}

function isValueNamed(node: ts.Node, name: string): boolean {
  if (!ts.isIdentifier(node) || node.text !== name) return false;
  const { parent } = node;
  // A field or parameter of that name is not the global.
  if (ts.isPropertyAccessExpression(parent))
    return parent.expression === node || isGlobalThis(parent.expression);
  return !(
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent)
  );
}

function isGlobalThis(node: ts.Node): boolean {
  return ts.isIdentifier(node) && node.text === 'globalThis';
}
