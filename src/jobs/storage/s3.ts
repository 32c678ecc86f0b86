import { open, readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type * as Sdk from '@aws-sdk/client-s3';
import { installHint, missingPackage } from '../../base/missing-package.ts';
import { VeilError } from '../../errors.ts';
import { exists, failed, notFound, statusOf, type S3Location } from './s3-errors.ts';

export type { S3Location } from './s3-errors.ts';

/** What storage says of an object. */
export interface S3Facts {
  readonly bytes: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An upload that shows nothing until it is completed. */
export interface S3Upload {
  readonly id: string;
  /**
   * Makes the object appear, in one step.
   *
   * @param overwrite without it an object that exists stays as it is (OUTPUT_EXISTS)
   */
  complete(overwrite: boolean): Promise<void>;
}

/** Bytes of a part of an upload; storage takes at least 5 MiB and at most 10,000 parts. */
const PART = 16 * 1024 ** 2;
const MOST_PARTS = 10_000;

/** S3-type storage. Endpoint, region and credentials come from the environment of the worker and are told to nobody. */
export class S3 {
  readonly #sdk: typeof Sdk;
  readonly #client: Sdk.S3Client;

  private constructor(sdk: typeof Sdk, client: Sdk.S3Client) {
    this.#sdk = sdk;
    this.#client = client;
  }

  /** @throws VeilError QUEUE_UNAVAILABLE where the package is not installed */
  static async open(env: Readonly<Record<string, string | undefined>>): Promise<S3> {
    const sdk = await import('@aws-sdk/client-s3').catch((error: unknown) => {
      if (missingPackage(error) === null) throw error;
      throw new VeilError('QUEUE_UNAVAILABLE', 'S3-type storage needs the package @aws-sdk/client-s3.', {
        hint: installHint('@aws-sdk/client-s3'),
        cause: error,
      });
    });
    const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
    const client = new sdk.S3Client({
      region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
      // Servers of one's own rarely have a name for each bucket.
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      // Older servers do not know the newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 4,
    });
    return new S3(sdk, client);
  }

  /** Of an object; null where there is none. */
  async facts(at: S3Location, signal?: AbortSignal): Promise<S3Facts | null> {
    const { HeadObjectCommand } = this.#sdk;
    try {
      const answer = await this.#client.send(new HeadObjectCommand(named(at)), abortedBy(signal));
      return { bytes: answer.ContentLength ?? 0, metadata: answer.Metadata ?? {} };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw failed(at, error, signal);
    }
  }

  /** Fetches an object into a file that does not exist yet and that its owner alone can read. */
  async fetch(at: S3Location, path: string, signal?: AbortSignal): Promise<void> {
    const { GetObjectCommand } = this.#sdk;
    try {
      const { Body } = await this.#client.send(new GetObjectCommand(named(at)), abortedBy(signal));
      const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
      await pipeline(Body as Readable, file, { ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      throw statusOf(error) === 404 ? notFound(at, error) : failed(at, error, signal);
    }
  }

  /** Reads a small object; null where there is none or it is larger. */
  async read(at: S3Location, mostBytes: number, signal?: AbortSignal): Promise<string | null> {
    const { GetObjectCommand } = this.#sdk;
    const facts = await this.facts(at, signal);
    if (facts === null || facts.bytes > mostBytes) return null;
    try {
      const { Body } = await this.#client.send(new GetObjectCommand(named(at)), abortedBy(signal));
      return (await Body?.transformToString('utf8')) ?? null;
    } catch (error) {
      throw failed(at, error, signal);
    }
  }

  /** Stores a file in one step, in place of what is there. */
  async put(at: S3Location, path: string, signal?: AbortSignal): Promise<void> {
    const { PutObjectCommand } = this.#sdk;
    const { size } = await stat(path);
    if (size > PART) {
      const never = signal ?? new AbortController().signal;
      await (await this.upload(at, path, {}, () => Promise.resolve(), never)).complete(true);
      return;
    }
    try {
      // In memory: the client tries again what it can send again.
      const Body = await readFile(path);
      await this.#client.send(new PutObjectCommand({ ...named(at), Body }), abortedBy(signal));
    } catch (error) {
      throw failed(at, error, signal);
    }
  }

  /** Removes an object; it may be gone already. */
  async remove(at: S3Location): Promise<void> {
    const { DeleteObjectCommand } = this.#sdk;
    try {
      await this.#client.send(new DeleteObjectCommand(named(at)));
    } catch (error) {
      if (statusOf(error) !== 404) throw failed(at, error);
    }
  }

  /** Keys that begin as the location's does. */
  async list(at: S3Location): Promise<S3Location[]> {
    const { ListObjectsV2Command } = this.#sdk;
    const found: S3Location[] = [];
    let token: string | undefined;
    try {
      do {
        const page = await this.#client.send(
          new ListObjectsV2Command({
            Bucket: at.bucket,
            Prefix: at.key,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        );
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) found.push({ ...at, key: Key });
        token = page.NextContinuationToken;
      } while (token !== undefined);
    } catch (error) {
      throw failed(at, error);
    }
    return found;
  }

  /**
   * Uploads a file without making it appear. Where that fails, nothing of it stays.
   *
   * @param begun told the number of the upload, so that another worker can end it after this one is gone
   */
  async upload(
    at: S3Location,
    path: string,
    metadata: Readonly<Record<string, string>>,
    begun: (id: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<S3Upload> {
    const { CreateMultipartUploadCommand } = this.#sdk;
    let id: string | undefined;
    try {
      const created = await this.#client.send(
        new CreateMultipartUploadCommand({ ...named(at), Metadata: { ...metadata } }),
        abortedBy(signal),
      );
      id = created.UploadId!;
      await begun(id);
      const parts = await this.#uploadParts(at, path, id, signal);
      return { id, complete: (overwrite) => this.#complete(at, id!, parts, overwrite, signal) };
    } catch (error) {
      if (id !== undefined) await this.abort(at, id).catch(() => undefined);
      throw failed(at, error, signal);
    }
  }

  /** Ends an upload that must not appear; it may have ended already. */
  async abort(at: S3Location, id: string): Promise<void> {
    const { AbortMultipartUploadCommand } = this.#sdk;
    try {
      await this.#client.send(new AbortMultipartUploadCommand({ ...named(at), UploadId: id }));
    } catch (error) {
      if (statusOf(error) !== 404) throw failed(at, error);
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #uploadParts(
    at: S3Location,
    path: string,
    id: string,
    signal: AbortSignal,
  ): Promise<Sdk.CompletedPart[]> {
    const { UploadPartCommand } = this.#sdk;
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const partBytes = Math.max(PART, Math.ceil(size / MOST_PARTS));
    const parts: Sdk.CompletedPart[] = [];
    for (let from = 0; from === 0 || from < size; from += partBytes) {
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(Math.min(partBytes, size - from)),
        0,
        null,
        from,
      );
      const PartNumber = parts.length + 1;
      const { ETag } = await this.#client.send(
        new UploadPartCommand({
          ...named(at),
          UploadId: id,
          PartNumber,
          Body: buffer.subarray(0, bytesRead),
        }),
        abortedBy(signal),
      );
      parts.push({ ETag, PartNumber });
    }
    return parts;
  }

  async #complete(
    at: S3Location,
    id: string,
    parts: Sdk.CompletedPart[],
    overwrite: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { CompleteMultipartUploadCommand } = this.#sdk;
    // Servers that do not know the condition are asked beforehand.
    if (!overwrite && (await this.facts(at, signal)) !== null) throw exists(at);
    try {
      await this.#client.send(
        new CompleteMultipartUploadCommand({
          ...named(at),
          UploadId: id,
          MultipartUpload: { Parts: parts },
          ...(overwrite ? {} : { IfNoneMatch: '*' }),
        }),
        abortedBy(signal),
      );
    } catch (error) {
      throw [409, 412].includes(statusOf(error) ?? 0) ? exists(at) : failed(at, error, signal);
    }
  }
}

function named({ bucket, key }: S3Location): { Bucket: string; Key: string } {
  return { Bucket: bucket, Key: key };
}

function abortedBy(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
