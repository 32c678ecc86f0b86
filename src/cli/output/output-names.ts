import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { VeilError } from '../../errors.ts';

/** Taken names, compared without case. */
export class Names {
  readonly #taken = new Set<string>();

  take(path: string): void {
    this.#taken.add(nameKey(path));
  }

  /**
   * `a.veil.mp4` for `a.mov` and `.mp4`; if that is taken `a.mov.veil.mp4`, then `a.mov-2.veil.mp4`.
   *
   * @param isWhole use the whole name at once. An existing file with that name then belongs to this input, and
   *   neighbours do not affect its names.
   */
  async free(wanted: string, extension: string, isWhole = false): Promise<string> {
    const whole = basename(wanted);
    const stem = basename(wanted, extname(wanted));
    const pathOf = (name: string): string => join(dirname(wanted), `${name}.veil${extension}`);
    const begin = isWhole || (await stat(pathOf(whole)).catch(() => null)) !== null ? 1 : 0;
    for (let attempt = begin; ; attempt += 1) {
      const name = attempt === 0 ? stem : attempt === 1 ? whole : `${whole}-${attempt}`;
      const path = pathOf(name);
      if (this.#taken.has(nameKey(path))) continue;
      this.take(path);
      return escapeLeadingDash(path);
    }
  }
}

/**
 * The folder that an option names; null if it names a file or is omitted.
 *
 * @throws VeilError USAGE for one file if there may be several
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

/** Equal for paths that may refer to one file. */
export function nameKey(path: string): string {
  return resolve(path).normalize('NFC').toLowerCase();
}

/** Prevents other programs from parsing a path as an option. */
export function escapeLeadingDash(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}
