import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { z } from 'zod';
import { sha256OfText } from '../../base/sha256.ts';
import { existsError } from '../../sink/output-error.ts';
import type { Destination, Results, Staging, Workplace } from './destination.ts';
import { beside, locationText } from './location.ts';
import type { S3, S3Location } from './s3.ts';
import type { ScratchFolder } from './scratch.ts';

export interface S3DestinationOptions {
  readonly s3: S3;
  /** Of the main result. */
  readonly target: S3Location;
  readonly results: Results;
  /** Identifies the job; plain letters and digits. */
  readonly id: string;
  readonly overwrite: boolean;
  readonly scratch: ScratchFolder;
  readonly signal: AbortSignal;
  /** A worker's unfinished upload of the output, recorded in the job; null: none. */
  readonly upload: { readonly open: string | null; remember(id: string | null): Promise<void> };
}

/** Reports are read into memory. */
const LONGEST = 384 * 1024 ** 2;

/** Metadata of an output with its hash, so that it can be identified without fetching it. */
const HASH = 'veil-sha256';
/** Prefix of the names of notes about unfinished uploads. */
const NOTE = 'upload-';
const noteSchema = z.object({ key: z.string().min(1), upload: z.string().min(1) });

/** Metadata of all results with the id of their job. */
const JOB = 'veil-job';

/**
 * S3-type storage. Results are made on the worker. The output is uploaded in parts, which stay invisible; it appears in
 * one step, after the audit and after the report.
 */
export class S3Destination implements Destination {
  readonly workplace: S3Workplace;
  readonly #options: S3DestinationOptions;

  constructor(options: S3DestinationOptions) {
    this.#options = options;
    this.workplace = new S3Workplace(options);
  }

  async recover(): Promise<boolean> {
    const { s3, target, upload } = this.#options;
    if (upload.open !== null) {
      await s3.abort(target, upload.open);
      await upload.remember(null);
    }
    return false;
  }

  async discard(): Promise<boolean> {
    await this.recover();
    const { s3, target, results, id } = this.#options;
    const isPublished = (await s3.facts(target))?.metadata[JOB] === id;
    if (!isPublished) {
      for (const { name } of results.sides) {
        const at = this.#beside(name);
        if ((await s3.facts(at))?.metadata[JOB] === id) await s3.remove(at);
      }
    }
    await this.workplace.remove();
    return isPublished;
  }

  async hash(): Promise<string | null> {
    const { s3, target, signal } = this.#options;
    return (await s3.facts(target, signal))?.metadata[HASH] ?? null;
  }

  async check(): Promise<void> {
    const { s3, target, overwrite, signal } = this.#options;
    if (overwrite) return;
    if ((await s3.facts(target, signal)) !== null) throw existsError(locationText(target));
    for (const { name } of this.#options.results.sides) await this.#isFree(this.#beside(name));
  }

  async stage(): Promise<Staging> {
    const folder = join(this.#options.scratch.path, 'out');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    return {
      folder,
      publish: (sha256, confirm) => this.#publish(folder, sha256, confirm),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    };
  }

  async #publish(folder: string, sha256: string, confirm: () => Promise<void>): Promise<void> {
    const { s3, target, results, overwrite, signal, upload } = this.#options;
    const begun = (id: string): Promise<void> => upload.remember(id);
    const output = join(folder, results.main.name);
    const ours = { [JOB]: this.#options.id };
    const uploaded = await s3.upload(target, output, { ...ours, [HASH]: sha256 }, begun, signal);
    const put: S3Location[] = [];
    let isCompleting = false;
    try {
      await confirm();
      for (const { name } of results.sides) {
        const at = this.#beside(name);
        if (await this.#isFree(at)) put.push(at);
        await this.workplace.put(at, join(folder, name), ours);
      }
      await confirm();
      isCompleting = true;
      await uploaded.complete(overwrite);
    } catch (error) {
      // If only the answer was lost, the output exists.
      const there = isCompleting ? await s3.facts(target).catch(() => 'unknown' as const) : null;
      if (there === 'unknown') throw error;
      if (there?.metadata[HASH] !== sha256) {
        await s3.abort(target, uploaded.id).catch(() => undefined);
        // If another worker has the job by now, the files there are its own.
        await confirm()
          .then(() => Promise.all(put.map((at) => s3.remove(at))))
          .catch(() => undefined);
        throw error;
      }
    }
    await upload.remember(null);
    await this.workplace.remove();
  }

  /**
   * Whether a name is free. Side files of this job without the output are left by a killed worker, and can be replaced.
   *
   * @throws VeilError OUTPUT_EXISTS if another job's file has it and may not be replaced
   */
  async #isFree(at: S3Location): Promise<boolean> {
    const { s3, id, overwrite, signal } = this.#options;
    const there = await s3.facts(at, signal);
    if (there !== null && !overwrite && there.metadata[JOB] !== id) throw existsError(locationText(at));
    return there === null;
  }

  #beside(name: string): S3Location {
    return beside(this.#options.target, name) as S3Location;
  }
}

class S3Workplace implements Workplace {
  readonly #options: Pick<S3DestinationOptions, 's3' | 'target' | 'id' | 'scratch' | 'signal'>;

  constructor(options: Pick<S3DestinationOptions, 's3' | 'target' | 'id' | 'scratch' | 'signal'>) {
    this.#options = options;
  }

  async read(name: string): Promise<string | null> {
    return this.#options.s3.read(this.#at(name), LONGEST, this.#options.signal);
  }

  async write(name: string, text: string): Promise<void> {
    const path = join(this.#options.scratch.path, `w-${name}`);
    await writeFile(path, text, { mode: 0o600 });
    await this.take(name, path);
  }

  async take(name: string, path: string): Promise<void> {
    await this.put(this.#at(name), path);
    await rm(path, { force: true });
  }

  /** Stores a file, with a note while its upload is open: another worker can then abort it if this one is killed. */
  async put(at: S3Location, path: string, metadata: Readonly<Record<string, string>> = {}): Promise<void> {
    const { s3, scratch, signal } = this.#options;
    const notes: S3Location[] = [];
    await s3.put(at, path, {
      ...{ metadata, signal },
      begun: async (upload) => {
        const name = `${NOTE}${sha256OfText(upload).slice(0, 16)}.json`;
        const text = join(scratch.path, name);
        await writeFile(text, JSON.stringify({ key: at.key, upload }), { mode: 0o600 });
        await s3.put(this.#at(name), text, { signal });
        notes.push(this.#at(name));
        await rm(text, { force: true });
      },
    });
    for (const note of notes) await s3.remove(note);
  }

  async get(name: string, folder: string): Promise<string | null> {
    const { s3, signal } = this.#options;
    if ((await s3.facts(this.#at(name), signal)) === null) return null;
    const path = join(folder, name);
    await s3.fetch(this.#at(name), path, signal);
    return path;
  }

  async remove(): Promise<void> {
    const { s3 } = this.#options;
    const all = await s3.list(this.#at(''));
    for (const at of all.filter(({ key }) => posix.basename(key).startsWith(NOTE))) await this.#endUpload(at);
    for (const at of all) await s3.remove(at);
  }

  async #endUpload(note: S3Location): Promise<void> {
    const { s3 } = this.#options;
    const begun = noteSchema.safeParse(parsed((await s3.read(note, 4096)) ?? '')).data;
    if (begun !== undefined) await s3.abort({ ...note, key: begun.key }, begun.upload);
  }

  #at(name: string): S3Location {
    const { target, id } = this.#options;
    return { ...target, key: `${target.key}.veil-job-${id}/${name}` };
  }
}

/** Null if it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
