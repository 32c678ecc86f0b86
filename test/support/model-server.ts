import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { knownModel } from '../../src/models/model-registry.ts';
import { VeilError, type ErrorCode } from '../../src/errors.ts';

export const CONTENT = Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * 31) % 251));
export const ETAG = '"v1"';
let breaking: ServerResponse | undefined;
export const FAST = {
  allowLoopbackHttp: true,
  retryDelayMs: 0,
  stallTimeoutMs: 5_000,
  onProgress: () => {
    breaking?.destroy();
    breaking = undefined;
  },
};
export const YUNET = knownModel('yunet')!;
/** From the evaluation set; tests that need the real file are skipped without it. */
export const REAL_FILE = new URL(
  '../../../shared/eval/models/face_detection_yunet_2023mar.onnx',
  import.meta.url,
);
export const real = await readFile(REAL_FILE).catch(() => null);

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The test's folder, the server's address, its requests, and its answers. */
export const here = {
  folder: '',
  url: '',
  handler: (() => undefined) as Handler,
  requests: [] as IncomingMessage[],
};

let server: Server;

beforeEach(async () => {
  here.folder = await mkdtemp(join(tmpdir(), 'veil-models-'));
  here.requests = [];
  server = createServer((request, response) => {
    here.requests.push(request);
    here.handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  here.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.onnx`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(here.folder, { recursive: true, force: true });
});

/** A correct server: ranges, ETag, length. */
export function serve(content: Buffer): Handler {
  return (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const partial = start > 0 && request.headers['if-range'] === ETAG;
    const body = partial ? content.subarray(start) : content;
    response.writeHead(partial ? 206 : 200, {
      etag: ETAG,
      'content-length': body.length,
      ...(partial ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
    });
    response.end(body);
  };
}

/** Sends `count` bytes; the connection breaks as soon as the download has received some of them. */
export function breakAfter(content: Buffer, count: number): Handler {
  return (_request, response) => {
    response.writeHead(200, { etag: ETAG, 'content-length': content.length });
    response.write(content.subarray(0, count));
    breaking = response;
  };
}

/** One handler per request; the last one stays. */
export function inTurn(...handlers: Handler[]): Handler {
  let turn = 0;
  return (request, response) => {
    handlers[Math.min(turn, handlers.length - 1)]!(request, response);
    turn += 1;
  };
}

export async function fails(promise: Promise<unknown>, code: ErrorCode, message = ''): Promise<void> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(VeilError);
  expect((error as VeilError).code).toBe(code);
  expect((error as VeilError).message).toContain(message);
}
