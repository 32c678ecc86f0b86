import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { VeilError } from '../../errors.ts';

/** Names that are spoken for, on file systems that ignore case as well. */
export class Names {
  readonly #taken = new Set<string>();

  take(path: string): void {
    this.#taken.add(nameKey(path));
  }

  /** `a.veil.mp4` for `a.mov` and `.mp4`; `a.mov.veil.mp4` where that is taken, then `a.mov-2.veil.mp4`. */
  free(wanted: string, extension: string): string {
    const whole = basename(wanted);
    const stem = basename(wanted, extname(wanted));
    for (let attempt = 0; ; attempt += 1) {
      const name = attempt === 0 ? stem : attempt === 1 ? whole : `${whole}-${attempt}`;
      const path = join(dirname(wanted), `${name}.veil${extension}`);
      if (this.#taken.has(nameKey(path))) continue;
      this.take(path);
      return escapeLeadingDash(path);
    }
  }
}

/**
 * The folder that an option names, or null where it names a file or is left out.
 *
 * @throws VeilError USAGE for one file where there may be several
 */
export async function folderOf(
  path: string | undefined,
  flag: string,
  several: boolean,
  fileExtensions: readonly string[],
): Promise<string | null> {
  if (path === undefined) return null;
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() === true) return escapeLeadingDash(path);
  const looksLikeFile = info !== null || fileExtensions.includes(extname(path).toLowerCase());
  const slashed = /[/\\]$/.test(path);
  if (several && looksLikeFile && !slashed) {
    throw new VeilError('USAGE', `${flag} ${path} names one file, but there may be several inputs.`, {
      hint: `Name a folder: ${flag} ${path.replace(/\.[^./\\]*$/, '')}/`,
    });
  }
  return several || slashed || (info === null && extname(path) === '') ? escapeLeadingDash(path) : null;
}

/** Equal for paths that may be one file. */
export function nameKey(path: string): string {
  return resolve(path).normalize('NFC').toLowerCase();
}

/** Programs that are given this path must not take it for an option. */
export function escapeLeadingDash(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}
