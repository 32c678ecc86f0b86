import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { download } from '../../src/models/model-download.ts';
import { CONTENT, ETAG, FAST, here, serve, breakAfter, inTurn, fails } from '../support/model-server.ts';

const part = (): string => join(here.folder, 'model.part');

describe('download', () => {
  it('fetches the bytes and tells how far it is', async () => {
    here.handler = serve(CONTENT);
    const progress: number[] = [];
    await download(here.url, part(), CONTENT.length, {
      ...FAST,
      onProgress: (received) => progress.push(received),
    });
    expect(await readFile(part())).toEqual(CONTENT);
    expect(progress.at(-1)).toBe(CONTENT.length);
  });

  it('goes on where a broken connection stopped', async () => {
    here.handler = inTurn(breakAfter(CONTENT, 4_000), serve(CONTENT));
    await download(here.url, part(), CONTENT.length, FAST);
    expect(await readFile(part())).toEqual(CONTENT);
    expect(here.requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(here.requests[1]?.headers['if-range']).toBe(ETAG);
  });

  it('goes on in a later run', async () => {
    here.handler = breakAfter(CONTENT, 4_000);
    await fails(
      download(here.url, part(), CONTENT.length, { ...FAST, attempts: 1 }),
      'DOWNLOAD_FAILED',
      'broke off',
    );
    const kept = (await stat(part())).size;
    expect(kept).toBeGreaterThan(0);
    here.handler = serve(CONTENT);
    await download(here.url, part(), CONTENT.length, FAST);
    expect(here.requests[1]?.headers.range).toBe(`bytes=${kept}-`);
    expect(await readFile(part())).toEqual(CONTENT);
  });

  it('starts anew when the server ignores ranges', async () => {
    here.handler = inTurn(breakAfter(CONTENT, 4_000), (_request, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.end(CONTENT);
    });
    await download(here.url, part(), CONTENT.length, FAST);
    expect(await readFile(part())).toEqual(CONTENT);
  });

  it('starts anew when the server has another file by now', async () => {
    const newer = Buffer.alloc(CONTENT.length, 7);
    here.handler = inTurn(breakAfter(CONTENT, 4_000), (request, response) => {
      // A changed file does not match If-Range.
      expect(request.headers['if-range']).toBe(ETAG);
      response.writeHead(200, { etag: '"v2"', 'content-length': newer.length });
      response.end(newer);
    });
    await download(here.url, part(), newer.length, FAST);
    expect(await readFile(part())).toEqual(newer);
  });

  it.each([
    ['refuses the range', { status: 416, range: undefined }],
    ['answers with another range', { status: 206, range: `bytes 1-9999/10000` }],
  ])('starts anew when the server %s', async (_name, { status, range }) => {
    here.handler = inTurn(
      breakAfter(CONTENT, 4_000),
      (_request, response) => {
        response.writeHead(status, range === undefined ? {} : { 'content-range': range });
        response.end();
      },
      serve(CONTENT),
    );
    await download(here.url, part(), CONTENT.length, FAST);
    expect(await readFile(part())).toEqual(CONTENT);
  });

  it('does not go on from a part whose origin is unknown', async () => {
    await writeFile(part(), 'something else');
    here.handler = serve(CONTENT);
    await download(here.url, part(), CONTENT.length, FAST);
    expect(here.requests[0]?.headers.range).toBeUndefined();
    expect(await readFile(part())).toEqual(CONTENT);
  });

  it('gives up on a truncated file after some attempts, and keeps the part', async () => {
    here.handler = (_request, response) => {
      response.writeHead(200, { etag: ETAG, connection: 'close' });
      response.end(CONTENT.subarray(0, 4_000));
    };
    await fails(
      download(here.url, part(), CONTENT.length, FAST),
      'DOWNLOAD_FAILED',
      'ended after 4000 of 10000',
    );
    expect(here.requests).toHaveLength(3);
    expect((await stat(part())).size).toBe(4_000);
  });

  it('says that the server could not be reached', async () => {
    const closed = here.url.replace(/:\d+/, ':1');
    await fails(download(closed, part(), CONTENT.length, FAST), 'DOWNLOAD_FAILED', 'could not be reached');
  });

  it('gives up when nothing arrives', async () => {
    here.handler = (_request, response) => {
      response.writeHead(200, { etag: ETAG });
      response.write(CONTENT.subarray(0, 10));
    };
    const options = { ...FAST, attempts: 1, stallTimeoutMs: 60 };
    await fails(download(here.url, part(), CONTENT.length, options), 'DOWNLOAD_FAILED', 'stopped sending');
  });

  it('gives up when the server never answers', async () => {
    here.handler = () => undefined;
    const options = { ...FAST, attempts: 1, stallTimeoutMs: 60 };
    await fails(download(here.url, part(), CONTENT.length, options), 'DOWNLOAD_FAILED', 'stopped sending');
  });

  it('gives up when bytes drip in for too long', async () => {
    here.handler = (_request, response) => {
      response.writeHead(200, { etag: ETAG });
      const drip = setInterval(() => response.write('x'), 5);
      response.on('close', () => {
        clearInterval(drip);
      });
    };
    await fails(
      download(here.url, part(), CONTENT.length, { ...FAST, timeoutMs: 100 }),
      'DOWNLOAD_FAILED',
      'too long',
    );
  });

  it('stops reading an endless file at the size of the model, and keeps nothing', async () => {
    here.handler = (_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(4_096)));
      };
      response.on('drain', more);
      more();
    };
    await fails(
      download(here.url, part(), CONTENT.length, FAST),
      'DOWNLOAD_FAILED',
      'more than the 10000 bytes',
    );
    expect(await readdir(here.folder)).toEqual([]);
    expect(here.requests).toHaveLength(1);
  });

  it('refuses a file that declares another size before reading it', async () => {
    here.handler = serve(Buffer.concat([CONTENT, CONTENT]));
    await fails(download(here.url, part(), CONTENT.length, FAST), 'DOWNLOAD_FAILED', 'more than');
    expect(await readdir(here.folder)).toEqual([]);
  });

  it('follows a few redirects, and no circle', async () => {
    here.handler = (request, response) => {
      const hop = Number(/\d+$/.exec(request.url ?? '')?.[0] ?? 0);
      if (hop === 3) {
        serve(CONTENT)(request, response);
        return;
      }
      response.writeHead(302, { location: `/hop${hop + 1}` }).end();
    };
    await download(here.url, part(), CONTENT.length, FAST);
    expect(await readFile(part())).toEqual(CONTENT);

    here.handler = (_request, response) => {
      response.writeHead(302, { location: here.url }).end();
    };
    here.requests = [];
    await fails(download(here.url, `${part()}2`, CONTENT.length, FAST), 'DOWNLOAD_FAILED', 'in circles');
    expect(here.requests.length).toBeLessThan(10);
  });

  it('fetches over https only, also after a redirect', async () => {
    here.handler = (_request, response) => {
      response.writeHead(302, { location: 'http://example.com/model.onnx' }).end();
    };
    await fails(download(here.url, part(), CONTENT.length, FAST), 'DOWNLOAD_FAILED', 'https only');
    here.requests = [];
    const strict = { ...FAST, allowLoopbackHttp: false };
    await fails(download(here.url, part(), CONTENT.length, strict), 'DOWNLOAD_FAILED', 'https only');
    expect(here.requests).toHaveLength(0);
  });

  it('says what a server answers instead of the file', async () => {
    here.handler = (_request, response) => {
      response.writeHead(404).end('no');
    };
    await fails(download(here.url, part(), CONTENT.length, FAST), 'DOWNLOAD_FAILED', 'answered 404');
    expect(await readdir(here.folder)).toEqual([]);
  });

  it('stops when asked to, and keeps the part for later', async () => {
    const controller = new AbortController();
    here.handler = (_request, response) => {
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
    await fails(download(here.url, part(), CONTENT.length, options), 'INTERRUPTED');
    expect((await stat(part())).size).toBeGreaterThan(0);
  });
});
