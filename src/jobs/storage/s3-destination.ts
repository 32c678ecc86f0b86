import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  /** The upload of the output that a worker began, as it is remembered with the job; null: none. */
  readonly upload: { readonly open: string | null; remember(id: string | null): Promise<void> };
}

/** Reports are read into memory. */
const LONGEST = 384 * 1024 ** 2;

/** What an output says of itself, so that it can be told from another one without fetching it. */
const HASH = 'veil-sha256';

/**
 * S3-type storage. Results are made on the worker. The output is uploaded in parts, which show nothing; it appears, in
 * one step, after the audit and after the report is there.
 */
export class S3Destination implements Destination {
  readonly workplace: Workplace;
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

  async hash(): Promise<string | null> {
    const { s3, target, signal } = this.#options;
    return (await s3.facts(target, signal))?.metadata[HASH] ?? null;
  }

  read(name: string): Promise<string | null> {
    return this.#options.s3.read(this.#beside(name), LONGEST, this.#options.signal);
  }

  async check(): Promise<void> {
    const { s3, target, overwrite, signal } = this.#options;
    if (overwrite) return;
    // A report without its output is what a killed worker of this job leaves.
    if ((await s3.facts(target, signal)) !== null) throw existsError(locationText(target));
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
    const uploaded = await s3.upload(target, output, { [HASH]: sha256 }, begun, signal);
    const put: S3Location[] = [];
    try {
      await confirm();
      for (const { name } of results.sides) {
        const at = this.#beside(name);
        if ((await s3.facts(at, signal)) === null) put.push(at);
        await s3.put(at, join(folder, name), signal);
      }
      await confirm();
      await uploaded.complete(overwrite);
    } catch (error) {
      await s3.abort(target, uploaded.id).catch(() => undefined);
      // Where the job is another worker's by now, what lies there is too.
      await confirm()
        .then(() => Promise.all(put.map((at) => s3.remove(at))))
        .catch(() => undefined);
      throw error;
    }
    await upload.remember(null);
    await this.workplace.remove();
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
    await this.#options.s3.put(this.#at(name), path, this.#options.signal);
    await rm(path, { force: true });
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
    for (const at of await s3.list(this.#at(''))) await s3.remove(at);
  }

  #at(name: string): S3Location {
    const { target, id } = this.#options;
    return { ...target, key: `${target.key}.veil-job-${id}/${name}` };
  }
}
