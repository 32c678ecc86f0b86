import { open, readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type * as Sdk from '@aws-sdk/client-s3';
import { installHint, missingPackage } from '../../base/missing-package.ts';
import { VeilError } from '../../errors.ts';
import { exists, failed, notFound, statusOf, type S3Location } from './s3-errors.ts';

export type { S3Location } from './s3-errors.ts';

/** Facts about an object. */
export interface S3Facts {
  readonly bytes: number;
  /** Changes with the content; null if the storage has none. */
  readonly etag: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An upload that stays invisible until it is completed. */
export interface S3Upload {
  readonly id: string;
  /**
   * Makes the object visible in one step.
   *
   * @param overwrite replace an existing object; otherwise fail with OUTPUT_EXISTS
   */
  complete(overwrite: boolean): Promise<void>;
}

export interface PutOptions {
  readonly metadata?: S3Facts['metadata'];
  readonly signal?: AbortSignal;
  /** Called with the id of a multipart upload, so that another worker can abort it if this one is gone. */
  readonly begun?: (id: string) => Promise<void>;
}

/** Bytes of a part of an upload; storage accepts parts from 5 MiB on, and 10,000 of them. */
const PART = 16 * 1024 ** 2;
const MOST_PARTS = 10_000;

/** Milliseconds. */
const SILENCE = 60_000;

/** S3-type storage. Endpoint, region and credentials come from the worker's environment and are never shown. */
export class S3 {
  readonly #sdk: typeof Sdk;
  readonly #client: Sdk.S3Client;

  private constructor(sdk: typeof Sdk, client: Sdk.S3Client) {
    this.#sdk = sdk;
    this.#client = client;
  }

  /** @throws VeilError QUEUE_UNAVAILABLE if the package is not installed */
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
      // Self-hosted servers rarely have a host name for each bucket.
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      // Older servers do not support the newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 4,
      // Time out silent connections; the client then retries.
      requestHandler: { connectionTimeout: SILENCE, socketTimeout: SILENCE },
    });
    return new S3(sdk, client);
  }

  /** Facts about an object; null if it does not exist. */
  async facts(at: S3Location, signal?: AbortSignal): Promise<S3Facts | null> {
    const { HeadObjectCommand } = this.#sdk;
    try {
      const answer = await this.#client.send(new HeadObjectCommand(named(at)), abortedBy(signal));
      const { ContentLength, ETag, Metadata } = answer;
      return { bytes: ContentLength ?? 0, etag: ETag ?? null, metadata: Metadata ?? {} };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw failed(at, error, signal);
    }
  }

  /** Downloads an object into a new file that only its owner can read. */
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

  /** Reads a small object; null if it does not exist or is larger. */
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

  /** Stores a file in one step, and replaces an existing object. After a failure nothing of it stays. */
  async put(at: S3Location, path: string, options: PutOptions = {}): Promise<void> {
    const { metadata = {}, signal, begun = () => Promise.resolve() } = options;
    const { PutObjectCommand } = this.#sdk;
    const { size } = await stat(path);
    if (size > PART) {
      const never = signal ?? new AbortController().signal;
      const upload = await this.upload(at, path, metadata, begun, never);
      try {
        await upload.complete(true);
      } catch (error) {
        await this.abort(at, upload.id).catch(() => undefined);
        throw error;
      }
      return;
    }
    try {
      // In memory, so that the client can resend it.
      const Body = await readFile(path);
      await this.#client.send(
        new PutObjectCommand({ ...named(at), Body, Metadata: { ...metadata } }),
        abortedBy(signal),
      );
    } catch (error) {
      throw failed(at, error, signal);
    }
  }

  /** Removes an object, if it exists. */
  async remove(at: S3Location): Promise<void> {
    const { DeleteObjectCommand } = this.#sdk;
    try {
      await this.#client.send(new DeleteObjectCommand(named(at)));
    } catch (error) {
      if (statusOf(error) !== 404) throw failed(at, error);
    }
  }

  /** Locations whose keys begin with the key of this one. */
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
   * Uploads a file without making it visible. After a failure nothing of it stays.
   *
   * @param begun called with the id of the upload, so that another worker can abort it if this one is gone
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

  /** Aborts an upload; it may have ended already. */
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
    // Some servers ignore the condition, so check first.
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
