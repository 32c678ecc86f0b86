import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { VeilError } from '../../errors.ts';
import { locationText, parseLocation, type Location } from './location.ts';

/** A part of S3-type storage: keys of a bucket with a prefix. */
interface S3Root {
  readonly bucket: string;
  /** Empty for the whole bucket, otherwise with a slash at the end. */
  readonly prefix: string;
}

/**
 * The places that a worker may read from and write to. A job can name any place; the worker accesses only those within
 * a root, after resolving links.
 */
export class Roots {
  /** Links resolved. */
  readonly #folders: readonly string[];
  /** As the user named them. */
  readonly #named: readonly string[];
  readonly #buckets: readonly S3Root[];

  private constructor(folders: readonly string[], named: readonly string[], buckets: readonly S3Root[]) {
    this.#folders = folders;
    this.#named = named;
    this.#buckets = buckets;
  }

  /**
   * @param texts folders, `s3://bucket` and `s3://bucket/prefix`
   * @throws VeilError USAGE if there is none, or one does not exist
   */
  static async open(texts: readonly string[]): Promise<Roots> {
    if (texts.length === 0) {
      throw new VeilError('USAGE', 'A worker needs to know which places it may use.', {
        hint: 'Name each one with --root, such as --root /mnt/footage or --root s3://footage.',
      });
    }
    const folders = texts.filter((text) => !text.startsWith('s3:'));
    const buckets = texts.filter((text) => text.startsWith('s3:'));
    const named = folders.map((folder) => resolve(folder));
    return new Roots(await Promise.all(folders.map(rootFolder)), named, buckets.map(rootBucket));
  }

  /** Whether any root lies in S3-type storage. */
  get usesS3(): boolean {
    return this.#buckets.length > 0;
  }

  /**
   * The file at a location, with all links resolved.
   *
   * @throws VeilError JOB_REFUSED for a place outside the roots, INPUT_NOT_FOUND, INPUT_UNSUPPORTED
   */
  async fileToRead(path: string): Promise<string> {
    this.#refuseUnnamed(path);
    const real = await realpath(path).catch((cause: unknown) => {
      throw new VeilError('INPUT_NOT_FOUND', `file:${path} cannot be found by this worker.`, {
        hint: 'Mount the folder at the same place on every machine.',
        cause,
      });
    });
    this.#refuseOutside(real, path);
    if (!(await stat(real)).isFile()) {
      throw new VeilError('INPUT_UNSUPPORTED', `file:${path} is not a regular file.`, {
        hint: 'Name a file.',
      });
    }
    return real;
  }

  /**
   * The path of a file to create: its folder exists within a root, with all links resolved, and is not a link itself.
   *
   * @throws VeilError JOB_REFUSED, OUTPUT_UNWRITABLE
   */
  async fileToWrite(path: string): Promise<string> {
    this.#refuseUnnamed(path);
    const folder = await realpath(dirname(path)).catch((cause: unknown) => {
      throw new VeilError('OUTPUT_UNWRITABLE', `The folder of file:${path} does not exist.`, {
        hint: 'Create it, or mount it at the same place on every machine.',
        cause,
      });
    });
    const target = join(folder, basename(path));
    this.#refuseOutside(target, path);
    const existing = await lstat(target).catch(() => null);
    if (existing?.isSymbolicLink() === true) throw outside(`file:${path}`, 'It is a link.');
    return target;
  }

  /** @throws VeilError JOB_REFUSED */
  checkS3(location: Extract<Location, { kind: 's3' }>): void {
    const { bucket, key } = location;
    if (this.#buckets.some((root) => root.bucket === bucket && key.startsWith(root.prefix))) return;
    throw outside(locationText(location));
  }

  /** Checks before links are resolved: a job must not learn which files exist outside the roots. */
  #refuseUnnamed(path: string): void {
    if (![...this.#named, ...this.#folders].some((root) => isWithin(root, path)))
      throw outside(`file:${path}`);
  }

  /** @param named the path in the job, for the message */
  #refuseOutside(real: string, named: string): void {
    if (!this.#folders.some((root) => isWithin(root, real))) throw outside(`file:${named}`);
  }
}

async function rootFolder(text: string): Promise<string> {
  const path = await realpath(resolve(text)).catch((cause: unknown) => {
    throw new VeilError('USAGE', `--root ${text} does not exist.`, {
      hint: 'Name an existing folder.',
      cause,
    });
  });
  if ((await stat(path)).isDirectory()) return path;
  throw new VeilError('USAGE', `--root ${text} is not a folder.`, { hint: 'Name a folder.' });
}

function rootBucket(text: string): S3Root {
  const location = parseLocation(
    /^s3:\/\/[^/]+\/?$/.test(text) ? `${text.replace(/\/$/, '')}/x` : text.replace(/\/$/, ''),
  );
  if (location?.kind !== 's3') {
    throw new VeilError('USAGE', `--root ${text} is not a bucket.`, {
      hint: 'Write s3://bucket or s3://bucket/prefix.',
    });
  }
  return { bucket: location.bucket, prefix: /^s3:\/\/[^/]+\/?$/.test(text) ? '' : `${location.key}/` };
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(place: string, why = 'It lies outside the roots of this worker.'): VeilError {
  return new VeilError('JOB_REFUSED', `${place} is not touched. ${why}`, {
    hint: 'Name its folder or bucket with --root where the worker starts, if it may be used.',
  });
}
