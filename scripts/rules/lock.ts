import type { Violation } from './rule.ts';

/** The start of the field that npm reads before it runs a package's install script. */
const FIELD = '"hasInstallScript"';

/** ONNX Runtime's install script downloads CUDA libraries from outside the registry, and fails where it can't. */
const PACKAGE = 'node_modules/onnxruntime-node';

/**
 * The lock file does not name ONNX Runtime's install script: npm 10, which knows no `allowScripts`, then leaves it out.
 * npm writes the field back when the package is installed or updated.
 *
 * @param text of package-lock.json
 */
export function lockLeavesOutScript(text: string): Violation[] {
  const entries = [...text.matchAll(/^ {4}"([^"]*)": \{$[^]*?^ {4}\}/gm)];
  return entries
    .filter(([entry, name = '']) => name.endsWith(PACKAGE) && entry.includes(FIELD))
    .map((entry) => ({
      path: 'package-lock.json',
      line: text.slice(0, entry.index + entry[0].indexOf(FIELD)).split('\n').length,
      message: `${entry[1] ?? ''} must not have ${FIELD}: delete the line, or npm 10 fails without a download`,
    }));
}
