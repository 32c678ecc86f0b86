import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '../base/make-folder.ts';
import { VeilError } from '../errors.ts';
import { download, removePart, type DownloadOptions } from './model-download.ts';
import { BUILT_IN_NAMES, KNOWN_MODELS, knownModel, type KnownModel } from './model-registry.ts';

/** A model file in the store. */
export interface StoredModel {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface PullOptions extends DownloadOptions {
  /** Another address of the same file; the hash is still checked. */
  readonly from?: string | undefined;
}

/** Larger than any network that can run once per frame. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Networks that the user downloaded or added, in one folder. File names contain the model's name and the file's hash,
 * so that one rename stores a complete file and later changes are detected.
 */
export class ModelStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The stored models, by name. Hashes come from the file names; {@link resolve} checks them. */
  async list(): Promise<StoredModel[]> {
    const entries = await readdir(this.folder).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw this.#unusable(error);
    });
    const models: StoredModel[] = [];
    for (const entry of entries.sort()) {
      const [, name, sha256] = /^([^.].*)\.([0-9a-f]{64})\.onnx$/.exec(entry) ?? [];
      if (name === undefined || sha256 === undefined) continue;
      const path = join(this.folder, entry);
      models.push({ name, path, sha256, bytes: (await stat(path)).size });
    }
    return models;
  }

  /**
   * The path of a stored model, after checking its content against its hash.
   *
   * @throws VeilError MODEL_NOT_FOUND, MODEL_HASH_MISMATCH
   */
  async resolve(name: string): Promise<string> {
    const known = knownModel(name);
    const model = (await this.list()).find((stored) => stored.name === name);
    if (model === undefined) {
      throw new VeilError('MODEL_NOT_FOUND', `The model ${name} is not stored on this machine.`, {
        hint: known === undefined ? 'See veil models list.' : `Fetch it once with: veil models pull ${name}`,
      });
    }
    if ((await hashFile(model.path)) !== (known ?? model).sha256) {
      throw new VeilError('MODEL_HASH_MISMATCH', `The stored model ${name} was changed or damaged.`, {
        hint: `Remove it with veil models remove ${name} and fetch it again.`,
      });
    }
    return model.path;
  }

  /**
   * Downloads a known model, or returns the stored one.
   *
   * @throws VeilError MODEL_NOT_FOUND, DOWNLOAD_FAILED, MODEL_HASH_MISMATCH (nothing is kept), INTERRUPTED
   */
  async pull(name: string, options: PullOptions = {}): Promise<StoredModel> {
    const known = knownModel(name);
    if (known === undefined) {
      throw new VeilError('MODEL_NOT_FOUND', `${name} is not a model that Veil knows.`, {
        hint: `Known are: ${KNOWN_MODELS.map((model) => model.name).join(', ')}. For a file of yours: veil models add FILE --name NAME.`,
      });
    }
    const stored = (await this.list()).find((model) => model.name === name);
    if (stored !== undefined && (await hashFile(stored.path)) === known.sha256) return stored;

    await this.#makeFolder();
    let failure: unknown;
    for (const url of options.from === undefined ? known.urls : [options.from]) {
      try {
        return await this.#fetch(known, url, options);
      } catch (error) {
        if (!(error instanceof VeilError) || error.code === 'INTERRUPTED') throw error;
        failure ??= error;
      }
    }
    throw failure;
  }

  /**
   * Adds a file offline. A known model is recognised by its content; any other needs a name.
   *
   * @param check called with the file before it replaces another of its name; its error keeps the old file
   * @throws VeilError INPUT_NOT_FOUND, MODEL_INVALID, MODEL_HASH_MISMATCH, USAGE
   */
  async add(
    file: string,
    name?: string,
    check: (file: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<StoredModel> {
    await checkModelFile(file);
    await this.#makeFolder();
    const temporary = join(this.folder, `.${randomUUID()}.tmp`);
    try {
      // Hash the copy, so that the stored bytes are the checked ones.
      await copyFile(file, temporary);
      const sha256 = await hashFile(temporary);
      const itsName = nameFor(file, sha256, name);
      await check(temporary);
      return await this.#keep(temporary, itsName, sha256);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** @throws VeilError MODEL_NOT_FOUND */
  async remove(name: string): Promise<void> {
    const models = (await this.list()).filter((model) => model.name === name);
    const known = knownModel(name);
    if (known !== undefined) await removePart(this.#partOf(known));
    if (models.length === 0) {
      throw new VeilError('MODEL_NOT_FOUND', `The model ${name} is not stored on this machine.`, {
        hint: 'See veil models list.',
      });
    }
    for (const { path } of models) await rm(path);
  }

  async #fetch(known: KnownModel, url: string, options: PullOptions): Promise<StoredModel> {
    const part = this.#partOf(known);
    await download(url, part, known.bytes, options);
    if ((await hashFile(part)) !== known.sha256) {
      await removePart(part);
      throw new VeilError(
        'MODEL_HASH_MISMATCH',
        `${new URL(url).host} sent another file than ${known.file}.`,
        {
          hint: 'Nothing was kept. Try again, or fetch it elsewhere: veil models add FILE.',
        },
      );
    }
    const stored = await this.#keep(part, known.name, known.sha256);
    await removePart(part);
    return stored;
  }

  /** Moves a checked file to its place, and replaces others of its name. */
  async #keep(file: string, name: string, sha256: string): Promise<StoredModel> {
    const path = join(this.folder, `${name}.${sha256}.onnx`);
    await rename(file, path);
    for (const model of await this.list()) {
      if (model.name === name && model.path !== path) await rm(model.path, { force: true });
    }
    return { name, path, sha256, bytes: (await stat(path)).size };
  }

  #partOf(known: KnownModel): string {
    return join(this.folder, `.${known.name}.${known.sha256}.part`);
  }

  async #makeFolder(): Promise<void> {
    try {
      await makeFolder(this.folder);
    } catch (cause) {
      throw this.#unusable(cause);
    }
  }

  #unusable(cause: unknown): VeilError {
    return new VeilError('OUTPUT_UNWRITABLE', `The model folder ${this.folder} can't be used.`, {
      hint: 'Set VEIL_HOME to a folder of yours.',
      cause,
    });
  }
}

/** @throws VeilError INPUT_NOT_FOUND, MODEL_INVALID */
async function checkModelFile(file: string): Promise<void> {
  const info = await stat(file).catch((cause: unknown) => {
    throw new VeilError('INPUT_NOT_FOUND', `${file} does not exist or can't be read.`, { cause });
  });
  const invalid = (what: string, hint?: string): VeilError =>
    new VeilError('MODEL_INVALID', `${file} ${what}.`, hint === undefined ? {} : { hint });
  if (!info.isFile()) throw invalid('is not a file');
  if (info.size > MAX_BYTES) throw invalid('is too large for a model');
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
  const start = buffer.toString('latin1', 0, bytesRead);
  if (start.startsWith('version https://git-lfs')) {
    throw invalid(
      'is a Git LFS pointer, not the model',
      'Download the file itself (on GitHub: Download raw file).',
    );
  }
  // Every ONNX file begins with its format version, protobuf field 1.
  if (buffer[0] !== 0x08 || bytesRead < 64) throw invalid('is not an ONNX model');
}

function nameFor(file: string, sha256: string, wanted: string | undefined): string {
  const byContent = KNOWN_MODELS.find((model) => model.sha256 === sha256);
  const claimed = KNOWN_MODELS.find(({ name, file: published }) =>
    wanted === undefined ? published === basename(file) : name === wanted,
  );
  if (claimed !== undefined && claimed !== byContent) {
    throw new VeilError('MODEL_HASH_MISMATCH', `${file} is not the ${claimed.name} model that Veil knows.`, {
      hint: 'It is damaged, or another version. To use it all the same, give it another name with --name.',
    });
  }
  const name = wanted ?? byContent?.name;
  if (name === undefined) {
    throw new VeilError('USAGE', `${file} is not a model that Veil knows by its content.`, {
      hint: 'Give it a name with --name, or use it by its path: --detector FILE.',
    });
  }
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) || BUILT_IN_NAMES.includes(name)) {
    throw new VeilError('USAGE', `A model can't be named ${JSON.stringify(name)}.`, {
      hint: `Use small letters, digits, - and _; ${BUILT_IN_NAMES.join(', ')} are built in.`,
    });
  }
  return name;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
