import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download } from '../../src/detect/model-download.ts';
import { KNOWN_MODELS, knownModel } from '../../src/detect/model-registry.ts';
import { ModelStore } from '../../src/detect/model-store.ts';
import { VeilError, type ErrorCode } from '../../src/errors.ts';

const CONTENT = Buffer.from(Array.from({ length: 10_000 }, (_, i) => (i * 31) % 251));
const ETAG = '"v1"';
let breaking: ServerResponse | undefined;
const FAST = {
  allowLoopbackHttp: true,
  retryDelayMs: 0,
  stallTimeoutMs: 5_000,
  onProgress: () => {
    breaking?.destroy();
    breaking = undefined;
  },
};
const YUNET = knownModel('yunet')!;
/** From the evaluation set; the tests that need the real file skip without it. */
const REAL_FILE = new URL('../../../shared/eval/models/face_detection_yunet_2023mar.onnx', import.meta.url);
const real = await readFile(REAL_FILE).catch(() => null);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let folder: string;
let server: Server;
let url: string;
let handler: Handler;
let requests: IncomingMessage[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veil-models-'));
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.onnx`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

/** A server as it should be: ranges, ETag, length. */
function serve(content: Buffer): Handler {
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

/** Sends `count` bytes; the connection breaks as soon as the download has seen some of them. */
function breakAfter(content: Buffer, count: number): Handler {
  return (_request, response) => {
    response.writeHead(200, { etag: ETAG, 'content-length': content.length });
    response.write(content.subarray(0, count));
    breaking = response;
  };
}

/** One handler per request; the last one stays. */
function inTurn(...handlers: Handler[]): Handler {
  let turn = 0;
  return (request, response) => {
    handlers[Math.min(turn, handlers.length - 1)]!(request, response);
    turn += 1;
  };
}

async function fails(promise: Promise<unknown>, code: ErrorCode, message = ''): Promise<void> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(VeilError);
  expect((error as VeilError).code).toBe(code);
  expect((error as VeilError).message).toContain(message);
}

const part = (): string => join(folder, 'model.part');

describe('download', () => {
  it('fetches the bytes and tells how far it is', async () => {
    handler = serve(CONTENT);
    const progress: number[] = [];
    await download(url, part(), CONTENT.length, {
      ...FAST,
      onProgress: (received) => progress.push(received),
    });
    expect(await readFile(part())).toEqual(CONTENT);
    expect(progress.at(-1)).toBe(CONTENT.length);
  });

  it('goes on where a broken connection stopped', async () => {
    handler = inTurn(breakAfter(CONTENT, 4_000), serve(CONTENT));
    await download(url, part(), CONTENT.length, FAST);
    expect(await readFile(part())).toEqual(CONTENT);
    expect(requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(requests[1]?.headers['if-range']).toBe(ETAG);
  });

  it('goes on in a later run', async () => {
    handler = breakAfter(CONTENT, 4_000);
    await fails(
      download(url, part(), CONTENT.length, { ...FAST, attempts: 1 }),
      'DOWNLOAD_FAILED',
      'broke off',
    );
    const kept = (await stat(part())).size;
    expect(kept).toBeGreaterThan(0);
    handler = serve(CONTENT);
    await download(url, part(), CONTENT.length, FAST);
    expect(requests[1]?.headers.range).toBe(`bytes=${kept}-`);
    expect(await readFile(part())).toEqual(CONTENT);
  });

  it('starts anew when the server ignores ranges', async () => {
    handler = inTurn(breakAfter(CONTENT, 4_000), (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.end(CONTENT);
    });
    await download(url, part(), CONTENT.length, FAST);
    expect(await readFile(part())).toEqual(CONTENT);
  });

  it('starts anew when the server has another file by now', async () => {
    const newer = Buffer.alloc(CONTENT.length, 7);
    handler = inTurn(breakAfter(CONTENT, 4_000), (request, response) => {
      // A changed file does not match If-Range.
      expect(request.headers['if-range']).toBe(ETAG);
      response.writeHead(200, { etag: '"v2"', 'content-length': newer.length });
      response.end(newer);
    });
    await download(url, part(), newer.length, FAST);
    expect(await readFile(part())).toEqual(newer);
  });

  it.each([
    ['refuses the range', { status: 416, range: undefined }],
    ['answers with another range', { status: 206, range: `bytes 1-9999/10000` }],
  ])('starts anew when the server %s', async (_name, { status, range }) => {
    handler = inTurn(
      breakAfter(CONTENT, 4_000),
      (_request, response) => {
        response.writeHead(status, range === undefined ? {} : { 'content-range': range });
        response.end();
      },
      serve(CONTENT),
    );
    await download(url, part(), CONTENT.length, FAST);
    expect(await readFile(part())).toEqual(CONTENT);
  });

  it('does not go on from a part whose origin is unknown', async () => {
    await writeFile(part(), 'something else');
    handler = serve(CONTENT);
    await download(url, part(), CONTENT.length, FAST);
    expect(requests[0]?.headers.range).toBeUndefined();
    expect(await readFile(part())).toEqual(CONTENT);
  });

  it('gives up on a truncated file after some attempts, and keeps the part', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { etag: ETAG, connection: 'close' });
      response.end(CONTENT.subarray(0, 4_000));
    };
    await fails(download(url, part(), CONTENT.length, FAST), 'DOWNLOAD_FAILED', 'ended after 4000 of 10000');
    expect(requests).toHaveLength(3);
    expect((await stat(part())).size).toBe(4_000);
  });

  it('gives up when nothing arrives', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { etag: ETAG });
      response.write(CONTENT.subarray(0, 10));
    };
    const options = { ...FAST, attempts: 1, stallTimeoutMs: 60 };
    await fails(download(url, part(), CONTENT.length, options), 'DOWNLOAD_FAILED', 'stopped sending');
  });

  it('gives up when the server never answers', async () => {
    handler = () => undefined;
    const options = { ...FAST, attempts: 1, stallTimeoutMs: 60 };
    await fails(download(url, part(), CONTENT.length, options), 'DOWNLOAD_FAILED', 'stopped sending');
  });

  it('gives up when bytes drip in for too long', async () => {
    handler = (_request, response) => {
      response.writeHead(200, { etag: ETAG });
      const drip = setInterval(() => response.write('x'), 5);
      response.on('close', () => {
        clearInterval(drip);
      });
    };
    await fails(
      download(url, part(), CONTENT.length, { ...FAST, timeoutMs: 100 }),
      'DOWNLOAD_FAILED',
      'too long',
    );
  });

  it('stops reading an endless file at the size of the model, and keeps nothing', async () => {
    handler = (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(4_096)));
      };
      response.on('drain', more);
      more();
    };
    await fails(download(url, part(), CONTENT.length, FAST), 'DOWNLOAD_FAILED', 'more than the 10000 bytes');
    expect(await readdir(folder)).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('refuses a file that declares another size before reading it', async () => {
    handler = serve(Buffer.concat([CONTENT, CONTENT]));
    await fails(download(url, part(), CONTENT.length, FAST), 'DOWNLOAD_FAILED', 'more than');
    expect(await readdir(folder)).toEqual([]);
  });

  it('follows a few redirects, and no circle', async () => {
    handler = (request, response) => {
      const hop = Number(/\d+$/.exec(request.url ?? '')?.[0] ?? 0);
      if (hop === 3) {
        serve(CONTENT)(request, response);
        return;
      }
      response.writeHead(302, { location: `/hop${hop + 1}` }).end();
    };
    await download(url, part(), CONTENT.length, FAST);
    expect(await readFile(part())).toEqual(CONTENT);

    handler = (_request, response) => {
      response.writeHead(302, { location: url }).end();
    };
    requests = [];
    await fails(download(url, `${part()}2`, CONTENT.length, FAST), 'DOWNLOAD_FAILED', 'in circles');
    expect(requests.length).toBeLessThan(10);
  });

  it('fetches over https only, also after a redirect', async () => {
    handler = (_request, response) => {
      response.writeHead(302, { location: 'http://example.com/model.onnx' }).end();
    };
    await fails(download(url, part(), CONTENT.length, FAST), 'DOWNLOAD_FAILED', 'https only');
    requests = [];
    const strict = { ...FAST, allowLoopbackHttp: false };
    await fails(download(url, part(), CONTENT.length, strict), 'DOWNLOAD_FAILED', 'https only');
    expect(requests).toHaveLength(0);
  });

  it('says what a server answers instead of the file', async () => {
    handler = (_request, response) => {
      response.writeHead(404).end('no');
    };
    await fails(download(url, part(), CONTENT.length, FAST), 'DOWNLOAD_FAILED', 'answered 404');
    expect(await readdir(folder)).toEqual([]);
  });

  it('stops when asked to, and keeps the part for later', async () => {
    const controller = new AbortController();
    handler = (_request, response) => {
      response.writeHead(200, { etag: ETAG, 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 4_000));
    };
    const options = {
      ...FAST,
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    };
    await fails(download(url, part(), CONTENT.length, options), 'INTERRUPTED');
    expect((await stat(part())).size).toBeGreaterThan(0);
  });
});

describe('ModelStore', () => {
  it('keeps nothing of a file with the wrong hash', async () => {
    handler = serve(Buffer.alloc(YUNET.bytes, 8));
    const store = new ModelStore(join(folder, 'models'));
    await fails(store.pull('yunet', { ...FAST, from: url }), 'MODEL_HASH_MISMATCH');
    expect(await readdir(store.folder)).toEqual([]);
    await fails(store.resolve('yunet'), 'MODEL_NOT_FOUND');
  });

  it.skipIf(real === null)('pulls once, and resolves the name to the checked file', async () => {
    handler = inTurn(breakAfter(real!, 100_000), serve(real!));
    const store = new ModelStore(join(folder, 'models'));
    const stored = await store.pull('yunet', { ...FAST, from: url });
    expect(stored).toMatchObject({ name: 'yunet', sha256: YUNET.sha256, bytes: YUNET.bytes });
    expect(await readdir(store.folder)).toEqual([`yunet.${YUNET.sha256}.onnx`]);
    expect(await store.resolve('yunet')).toBe(stored.path);
    const asked = requests.length;
    await store.pull('yunet', { ...FAST, from: url });
    expect(requests).toHaveLength(asked);
  });

  it.skipIf(real === null)('knows a model by its content, whatever the file is called', async () => {
    const file = join(folder, 'x.bin');
    await copyFile(REAL_FILE, file);
    const store = new ModelStore(join(folder, 'models'));
    expect((await store.add(file)).name).toBe('yunet');
    expect((await store.list()).map(({ name }) => name)).toEqual(['yunet']);
  });

  it('notices a stored model that was changed', async () => {
    const store = new ModelStore(join(folder, 'models'));
    const { path } = await store.add(await onnx('a.onnx'), 'mine');
    expect(await store.resolve('mine')).toBe(path);
    await writeFile(path, 'changed');
    await fails(store.resolve('mine'), 'MODEL_HASH_MISMATCH');
  });

  it('needs a name for a model it does not know, and replaces one of the same name', async () => {
    const store = new ModelStore(join(folder, 'models'));
    const file = await onnx('a.onnx');
    await fails(store.add(file), 'USAGE', 'not a model that Veil knows');
    await store.add(file, 'mine');
    await store.add(await onnx('b.onnx', 9), 'mine');
    const models = await store.list();
    expect(models).toHaveLength(1);
    expect(models[0]?.sha256).toBe(createHash('sha256').update(onnxBytes(9)).digest('hex'));
  });

  it('refuses another file under the name of a known model', async () => {
    const store = new ModelStore(join(folder, 'models'));
    await fails(store.add(await onnx(YUNET.file)), 'MODEL_HASH_MISMATCH');
    await fails(store.add(await onnx('a.onnx'), 'yunet'), 'MODEL_HASH_MISMATCH');
    expect(await store.list()).toEqual([]);
    expect(await readdir(store.folder)).toEqual([]);
  });

  it.each(['crowd', 'webcam', '../up', 'a.b', '', '-x', 'Upper'])('refuses the name %j', async (name) => {
    const store = new ModelStore(join(folder, 'models'));
    await fails(store.add(await onnx('a.onnx'), name), 'USAGE', "can't be named");
    expect(await readdir(store.folder)).toEqual([]);
  });

  it('refuses what is no model', async () => {
    const store = new ModelStore(join(folder, 'models'));
    const file = join(folder, 'a.onnx');
    await writeFile(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:8f23\nsize 232589\n');
    await fails(store.add(file, 'mine'), 'MODEL_INVALID', 'Git LFS pointer');
    await writeFile(file, '<html>not found</html>'.repeat(10));
    await fails(store.add(file, 'mine'), 'MODEL_INVALID', 'not an ONNX model');
    await writeFile(file, '');
    await fails(store.add(file, 'mine'), 'MODEL_INVALID', 'not an ONNX model');
    await fails(store.add(folder, 'mine'), 'MODEL_INVALID', 'is not a file');
    await fails(store.add(join(folder, 'none.onnx'), 'mine'), 'INPUT_NOT_FOUND');
  });

  it('removes a model, also one that was downloaded in part', async () => {
    const store = new ModelStore(join(folder, 'models'));
    await store.add(await onnx('a.onnx'), 'mine');
    await store.remove('mine');
    expect(await readdir(store.folder)).toEqual([]);
    await fails(store.remove('mine'), 'MODEL_NOT_FOUND');

    handler = breakAfter(Buffer.alloc(YUNET.bytes), 1_000);
    await fails(store.pull('yunet', { ...FAST, attempts: 1, from: url }), 'DOWNLOAD_FAILED');
    expect(await readdir(store.folder)).not.toEqual([]);
    await fails(store.remove('yunet'), 'MODEL_NOT_FOUND');
    expect(await readdir(store.folder)).toEqual([]);
  });

  it('is empty where there is no folder, and ignores files of others', async () => {
    expect(await new ModelStore(join(folder, 'none')).list()).toEqual([]);
    await writeFile(join(folder, 'notes.txt'), '');
    await writeFile(join(folder, 'x.onnx'), '');
    expect(await new ModelStore(folder).list()).toEqual([]);
  });

  it('knows only https addresses', () => {
    for (const { urls, sha256 } of KNOWN_MODELS) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(urls.every((address) => address.startsWith('https://'))).toBe(true);
    }
  });
});

function onnxBytes(seed = 1): Buffer {
  return Buffer.concat([Buffer.from([0x08, 0x06]), Buffer.alloc(200, seed)]);
}

async function onnx(name: string, seed = 1): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, onnxBytes(seed));
  return path;
}
