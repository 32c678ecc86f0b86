import ts from 'typescript';
import { violationAt, type Rule } from './rule.ts';

/** Interfaces that end so are named after what they belong to, and explained there, field by field. */
const SELF_EXPLAINED = /(Options|Props)$/;

/** Every export has a doc block; the name of a function of one statement may suffice. */
export const exportsAreDocumented: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap((file) =>
      file.tree.statements
        .filter((node) => isDeclaration(node) && isExported(node) && !hasDoc(node))
        .map((node) => violationAt(file, node, `${nameOf(node)} is exported without a doc block`)),
    );

type Declaration = ts.FunctionDeclaration | ts.ClassDeclaration | ts.InterfaceDeclaration;

function isDeclaration(node: ts.Statement): node is Declaration {
  if (ts.isInterfaceDeclaration(node)) return !SELF_EXPLAINED.test(node.name.text);
  if (ts.isFunctionDeclaration(node)) return (node.body?.statements.length ?? 0) > 1;
  return ts.isClassDeclaration(node);
}

function isExported(node: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function hasDoc(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).some(ts.isJSDoc);
}

function nameOf(node: ts.Statement): string {
  return isDeclaration(node) ? (node.name?.text ?? 'default') : 'this';
}
