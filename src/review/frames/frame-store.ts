import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VeilError } from '../../errors.ts';

export interface FrameStoreOptions {
  /** Bytes kept in memory; later pictures go to an encrypted file. Default 256 MiB. */
  readonly memoryBytes?: number;
  /** Folder of that file. Default: the system's folder for temporary files. */
  readonly folder?: string;
}

/** Where a picture lies in the file. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

const TAG_BYTES = 16;

/**
 * Pictures of one review by index. They are originals, so none is stored readable on disk: the first ones stay in
 * memory, the others go to a file that is encrypted with a key in memory and unlinked while in use.
 */
export class FrameStore implements AsyncDisposable {
  readonly #memoryBytes: number;
  readonly #path: string;
  readonly #key = randomBytes(32);
  readonly #held: (Buffer | Place)[] = [];
  #file: FileHandle | null = null;
  #inMemory = 0;
  #inFile = 0;

  constructor({ memoryBytes = 256 * 1024 ** 2, folder = tmpdir() }: FrameStoreOptions = {}) {
    this.#memoryBytes = memoryBytes;
    this.#path = join(folder, `veil-review-${randomBytes(9).toString('base64url')}`);
  }

  get count(): number {
    return this.#held.length;
  }

  /** Bytes of the pictures: in memory, and in the file. */
  get size(): { readonly memory: number; readonly file: number } {
    return { memory: this.#inMemory, file: this.#inFile };
  }

  /**
   * Adds the next picture.
   *
   * @throws VeilError OUTPUT_DISK_FULL, OUTPUT_UNWRITABLE
   */
  async add(picture: Buffer): Promise<void> {
    if (this.#inMemory + picture.length <= this.#memoryBytes) {
      this.#inMemory += picture.length;
      this.#held.push(picture);
      return;
    }
    const index = this.#held.length;
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(index));
    const sealed = Buffer.concat([cipher.update(picture), cipher.final(), cipher.getAuthTag()]);
    const offset = this.#inFile;
    await this.#write(sealed, offset);
    this.#inFile += sealed.length;
    this.#held.push({ offset, length: sealed.length });
  }

  /** @throws VeilError INTERNAL for a picture that does not exist, or whose data was modified */
  async get(index: number): Promise<Buffer> {
    const held = this.#held[index];
    if (held === undefined) throw new VeilError('INTERNAL', `There is no picture ${index}.`);
    if (Buffer.isBuffer(held)) return held;
    const sealed = Buffer.allocUnsafe(held.length);
    const { bytesRead } = await this.#file!.read(sealed, 0, held.length, held.offset);
    if (bytesRead < held.length) throw new VeilError('INTERNAL', `Picture ${index} can't be read.`);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonceOf(index));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#held.length = 0;
    this.#key.fill(0);
    await this.#file?.close();
    this.#file = null;
    await rm(this.#path, { force: true });
  }

  async #write(bytes: Buffer, offset: number): Promise<void> {
    try {
      this.#file ??= await this.#create();
      await this.#file.write(bytes, 0, bytes.length, offset);
    } catch (cause) {
      const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
      throw new VeilError(
        isFull ? 'OUTPUT_DISK_FULL' : 'OUTPUT_UNWRITABLE',
        'The pictures of the review need more room than memory has, and can’t be kept on disk.',
        { hint: `Make room in ${tmpdir()}, or set TMPDIR to another folder.`, cause },
      );
    }
  }

  async #create(): Promise<FileHandle> {
    const file = await open(this.#path, 'wx+', 0o600);
    // Unlinked, it is gone when this process ends, however it ends. Windows keeps names of open files.
    if (process.platform !== 'win32') await rm(this.#path, { force: true });
    return file;
  }
}

/** Each key serves one store, so no index is used twice. */
function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 6, 6);
  return nonce;
}
