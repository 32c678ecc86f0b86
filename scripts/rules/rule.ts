import ts from 'typescript';

/** A TypeScript file as the rules see it. */
export interface RuleFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** A place where a rule is broken. */
export interface Violation {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

/** One house rule over all files: most look at each file alone. */
export type Rule = (files: readonly RuleFile[]) => Violation[];

/** Parses a file for the rules. */
export function ruleFile(path: string, text: string): RuleFile {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** A violation at a node of the tree. */
export function violationAt(file: RuleFile, node: ts.Node, message: string): Violation {
  const { line } = file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree));
  return { path: file.path, line: line + 1, message };
}

/** Every node below this one, parents first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}
