import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';

/** Keys of the account that the server has. */
export const S3_KEYS = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' } as const;

/** An S3-type server with one bucket, `footage`. */
export interface S3Server extends AsyncDisposable {
  /** What a worker has in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Refuses the next so many requests that fit, with status 500. */
  refuse(count: number, fits?: (request: S3Request) => boolean): void;
  /** The same for workers that reach this machine by another address. */
  envAt(address: string): Readonly<Record<string, string>>;
  /** Requests so far. */
  readonly requests: readonly S3Request[];
  /** Uploads that have begun and neither appeared nor ended. */
  openUploads(): Promise<readonly string[]>;
}

/** A request, as far as tests ask for it. */
export interface S3Request {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** How it was answered. */
  status: number;
}

/** Of Koa, on which the server is built, what is used here. */
interface Context extends S3Request {
  body: unknown;
}
type Middleware = (context: Context, next: () => Promise<void>) => Promise<void>;

/**
 * Starts s3rver on a free port of this machine. It does not know how an upload is aborted, so that is added here.
 *
 * @param folder for what it holds
 * @param address where it listens; `0.0.0.0` for all addresses of this machine
 */
export async function startS3(folder: string, address = '127.0.0.1'): Promise<S3Server> {
  await mkdir(folder, { recursive: true });
  const server = new S3rver({
    ...{ address, port: 0, silent: true, directory: folder },
    // It computes another signature than the client for lists of a bucket.
    allowMismatchedSignatures: true,
    configureBuckets: [{ name: 'footage', configs: [] }],
  });
  const uploads = join(folder, 'footage', '._S3rver_uploads');
  const requests: S3Request[] = [];
  let refusals: { count: number; fits: (request: S3Request) => boolean } = { count: 0, fits: () => true };
  const middleware = (server as unknown as { middleware: Middleware[] }).middleware;
  middleware.unshift(async (context, next) => {
    const { method, url } = context;
    const request: S3Request = { method, url, status: 0 };
    requests.push(request);
    if (refusals.count > 0 && refusals.fits(context)) {
      refusals = { ...refusals, count: refusals.count - 1 };
      context.status = 500;
      context.body = '<Error><Code>InternalError</Code></Error>';
      return;
    }
    const upload = method === 'DELETE' ? /[?&]uploadId=([\w-]+)/.exec(url)?.[1] : undefined;
    if (upload === undefined) {
      await next();
      request.status = context.status;
      return;
    }
    await rm(join(uploads, upload), { recursive: true, force: true });
    context.status = 204;
  });
  const { port } = (await server.run()) as { port: number };
  const envAt = (host: string): Readonly<Record<string, string>> => ({
    ...S3_KEYS,
    AWS_ENDPOINT_URL_S3: `http://${host}:${port}`,
    AWS_REGION: 'us-east-1',
  });
  return {
    envAt,
    env: envAt('127.0.0.1'),
    refuse: (count, fits = () => true) => {
      refusals = { count, fits };
    },
    requests,
    openUploads: () => readdir(uploads).catch(() => []),
    [Symbol.asyncDispose]: async () => {
      await server.close();
    },
  };
}
