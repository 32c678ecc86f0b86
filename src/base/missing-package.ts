/**
 * The package that could not be loaded because it is not installed.
 *
 * @param error of `import()` or `require()`
 * @returns its name as reported by the runtime; null for any other error
 */
export function missingPackage(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') return null;
  return /^Cannot find (?:package|module) '([^']+)'/.exec(error.message)?.[1] ?? null;
}

/** Hint for missing or damaged optional packages. */
export function installHint(...names: readonly string[]): string {
  return `Install ${names.length === 1 ? 'it' : 'them'} beside Veil: npm install ${names.join(' ')}`;
}

/** Hint for a missing or damaged file of Veil itself. */
export const OWN_FILE_HINT = 'Install Veil again, or, in a clone: git checkout -- models';
