/**
 * The package that could not be loaded because it is not installed.
 *
 * @param error of `import()` or `require()`
 * @returns its name as the runtime gives it, or null where the error is another one
 */
export function missingPackage(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') return null;
  return /^Cannot find (?:package|module) '([^']+)'/.exec(error.message)?.[1] ?? null;
}

/** What to do about optional packages that are missing or damaged. */
export function installHint(...names: readonly string[]): string {
  return `Install ${names.length === 1 ? 'it' : 'them'} beside Veil: npm install ${names.join(' ')}`;
}

/** What to do about a file that comes with Veil itself. */
export const OWN_FILE_HINT = 'Install Veil again, or, in a clone: git checkout -- models';
