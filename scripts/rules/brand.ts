import ts from 'typescript';
import { nodesOf, violationAt, type Rule, type RuleFile } from './rule.ts';

const BRAND = 'AnonymizedFrame';
const MAKER = 'src/anonymize/anonymizer.ts';

/**
 * Nothing but the anonymizer declares a frame to be anonymized: no cast, no type predicate, no second name under
 * which either could hide. Tests share one helper in test/support/ for frames that no person is in.
 */
export const brandIsMadeOnce: Rule = (files) => {
  const helper = files.find((file) => file.path.startsWith('test/support/') && claimsOf(file).length > 0);
  return files
    .filter((file) => file.path !== MAKER && file !== helper)
    .flatMap((file) => claimsOf(file).map((node) => violationAt(file, node, messageFor(file))));
};

function messageFor({ path }: RuleFile): string {
  return path.startsWith('test/')
    ? `one helper in test/support/ alone may make an ${BRAND} for tests`
    : `only ${MAKER} may make an ${BRAND}`;
}

function claimsOf(file: RuleFile): ts.Node[] {
  return [...nodesOf(file.tree)].filter(isClaim);
}

function isClaim(node: ts.Node): boolean {
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return namesBrand(node.type);
  if (ts.isTypePredicateNode(node)) return node.type !== undefined && namesBrand(node.type);
  if (ts.isTypeAliasDeclaration(node)) return ts.isTypeReferenceNode(node.type) && namesBrand(node.type);
  if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) return node.propertyName?.text === BRAND;
  return false;
}

function namesBrand(type: ts.TypeNode): boolean {
  for (const node of nodesOf(type)) {
    if (ts.isIdentifier(node) && node.text === BRAND) return true;
  }
  return false;
}
