import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { VeilError } from '../errors.ts';
import { openUrl } from './model-request.ts';

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((received: number, total: number) => void) | undefined;
  /** Give up after this time without data; default 30 s. */
  readonly stallTimeoutMs?: number;
  /** Give up after this total time, however steadily data comes; default 15 minutes. */
  readonly timeoutMs?: number;
  /** Number of retries after a broken connection; default 3. */
  readonly attempts?: number;
  /** Pause before a retry; default 1 s. */
  readonly retryDelayMs?: number;
  /** Allow plain http to this machine itself, for mirrors and tests. */
  readonly allowLoopbackHttp?: boolean;
}

/** Source of the part file; a part without this is started anew. */
interface PartState {
  readonly url: string;
  /** Strong ETag or Last-Modified, for If-Range. */
  readonly validator: string;
}

/** A failure that a retry may solve: a broken connection, a busy server. */
class BrokenDownload extends VeilError {}

/**
 * Downloads exactly `bytes` bytes into the file `part`. Continues an earlier download if the server still has the same
 * file. The caller checks the hash.
 *
 * @throws VeilError DOWNLOAD_FAILED (a part that can be continued stays, a wrong one is removed), INTERRUPTED
 */
export async function download(
  url: string,
  part: string,
  bytes: number,
  options: DownloadOptions = {},
): Promise<void> {
  const attempts = options.attempts ?? 3;
  const deadline = AbortSignal.timeout(options.timeoutMs ?? 15 * 60_000);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await attemptDownload(url, part, bytes, deadline, options);
      return;
    } catch (error) {
      if (!(error instanceof BrokenDownload)) {
        if (!(error instanceof VeilError) || error.code !== 'INTERRUPTED') await removePart(part);
        throw error;
      }
      if (attempt >= attempts || deadline.aborted) throw error;
    }
    await delay(options.retryDelayMs ?? 1_000, undefined, { signal: options.signal }).catch(() => {
      throw interrupted();
    });
  }
}

/** Removes a partial download and its state file. */
export async function removePart(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(statePath(part), { force: true });
}

async function attemptDownload(
  url: string,
  part: string,
  bytes: number,
  deadline: AbortSignal,
  options: DownloadOptions,
): Promise<void> {
  const watch = new StallWatch(options.stallTimeoutMs ?? 30_000);
  const signals = [watch.signal, deadline, ...(options.signal === undefined ? [] : [options.signal])];
  let isReached = false;
  try {
    const resumable = await readPart(url, part, bytes);
    const { response, offset } = await openUrl(url, resumable, {
      signal: AbortSignal.any(signals),
      allowLoopbackHttp: options.allowLoopbackHttp ?? false,
    });
    isReached = true;
    const declared = Number(response.headers.get('content-length') ?? bytes - offset);
    if (offset + declared > bytes || response.body === null) {
      await response.body?.cancel();
      throw wrongSize(url, bytes);
    }
    await rememberPart(part, url, response.headers);
    const received = await store(response.body, {
      url,
      part,
      offset,
      bytes,
      watch,
      onProgress: options.onProgress,
    });
    if (received < bytes) {
      throw broken(url, `ended after ${received} of ${bytes} bytes`);
    }
  } catch (cause) {
    if (cause instanceof VeilError) throw cause;
    if (options.signal?.aborted === true) throw interrupted();
    if (deadline.aborted) throw broken(url, 'took too long', cause);
    if (watch.signal.aborted) throw broken(url, 'stopped sending', cause);
    if (isFileError(cause)) throw cause;
    throw isReached ? broken(url, 'broke off', cause) : unreachable(url, cause);
  } finally {
    watch.end();
  }
}

interface Storing {
  readonly url: string;
  readonly part: string;
  readonly offset: number;
  /** Length of the whole file. */
  readonly bytes: number;
  readonly watch: StallWatch;
  readonly onProgress: DownloadOptions['onProgress'];
}

/** @returns the new length of the part */
async function store(body: AsyncIterable<Uint8Array>, storing: Storing): Promise<number> {
  const { url, part, offset, bytes, watch, onProgress } = storing;
  // Writes at positions: two parallel downloads of the same file write the same bytes to the same places.
  await using file = await open(part, offset > 0 ? 'r+' : 'w');
  let position = offset;
  for await (const chunk of body) {
    watch.restart();
    if (position + chunk.length > bytes) throw wrongSize(url, bytes);
    await file.write(chunk, 0, chunk.length, position);
    position += chunk.length;
    onProgress?.(position, bytes);
  }
  await file.sync();
  return position;
}

/** Where to continue, or null to start anew. */
async function readPart(
  url: string,
  part: string,
  bytes: number,
): Promise<{ offset: number; validator: string } | null> {
  try {
    const state = JSON.parse(await readFile(statePath(part), 'utf8')) as Partial<PartState> | null;
    const { size } = await stat(part);
    if (state?.url !== url || typeof state.validator !== 'string' || size === 0 || size >= bytes) return null;
    return { offset: size, validator: state.validator };
  } catch {
    // Missing or inaccessible: a part only saves time.
    return null;
  }
}

async function rememberPart(part: string, url: string, headers: Headers): Promise<void> {
  const etag = headers.get('etag');
  // A weak ETag does not guarantee the same bytes, which If-Range requires.
  const validator = etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified');
  if (validator === null) await rm(statePath(part), { force: true });
  else await writeFile(statePath(part), JSON.stringify({ url, validator } satisfies PartState));
}

function statePath(part: string): string {
  return `${part}.json`;
}

/** Aborts if it is not restarted for a while. */
class StallWatch {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(timeoutMs: number) {
    this.#timer = setTimeout(() => {
      this.#controller.abort();
    }, timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  restart(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

function broken(url: string, what: string, cause?: unknown): VeilError {
  return new BrokenDownload('DOWNLOAD_FAILED', `The download from ${new URL(url).host} ${what}.`, {
    hint: 'Run the same command again to go on where it stopped, or fetch the file elsewhere: veil models add FILE.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function unreachable(url: string, cause: unknown): VeilError {
  return new BrokenDownload('DOWNLOAD_FAILED', `${new URL(url).host} could not be reached.`, {
    hint: 'Check the connection, give a mirror with --from, or fetch the file elsewhere: veil models add FILE.',
    cause,
  });
}

function wrongSize(url: string, bytes: number): VeilError {
  return new VeilError(
    'DOWNLOAD_FAILED',
    `${new URL(url).host} sends more than the ${bytes} bytes of the model.`,
    {
      hint: 'The file there is another one. Nothing was kept.',
    },
  );
}

function interrupted(): VeilError {
  return new VeilError('INTERRUPTED', 'The download was stopped.');
}
