import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import type { Preview } from '../../src/preview/preview.ts';
import { PreviewRun } from '../support/preview-run.ts';
import { openTestPreview } from '../support/open-preview.ts';

let run: PreviewRun;
let preview: Preview;
beforeAll(async () => {
  run = await PreviewRun.start({ ffmpeg: (await findBinaries()).ffmpeg.path });
  preview = await openTestPreview(run, { maxClients: 2 });
});
afterAll(async () => {
  await preview.close();
  await run.stop();
});

async function get(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<IncomingMessage> {
  const asked = request(new URL(path, preview.url), { headers, method, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response;
}

function connect(options: ClientOptions = {}, url = preview.url): WebSocket {
  const target = new URL('socket', url.replace('http', 'ws'));
  return new WebSocket(target, { origin: new URL(url).origin, ...options });
}

/** The HTTP status of a refused socket. */
async function refusalOf(socket: WebSocket): Promise<number | undefined> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  response.destroy();
  return response.statusCode;
}

async function closeCodeOf(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number];
  return code;
}

describe('the server', () => {
  it('serves the page with headers that let it load nothing from elsewhere and stand in no frame', async () => {
    const { statusCode, headers } = await get('');
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('has room for a page while many connections show no key', async () => {
    const { hostname, port } = new URL(preview.url);
    const silent = Array.from({ length: 200 }, () => createConnection(Number(port), hostname));
    for (const socket of silent) socket.on('error', () => undefined);
    await Promise.all(silent.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
    expect((await get('')).statusCode).toBe(200);
    for (const socket of silent) socket.destroy();
  });

  it.each(['/', '/wrong/', '/wrong/main.js', '/favicon.ico'])(
    'refuses %s, which lacks the key',
    async (path) => {
      expect((await get(path)).statusCode).toBe(401);
    },
  );

  it.each(['tsconfig.json', '..%2fserver.ts', '../server.ts', 'main.js/', 'constructor'])(
    'has no file %s',
    async (path) => {
      const { pathname } = new URL(preview.url);
      expect([401, 404]).toContain((await get(`${pathname}${path}`)).statusCode);
    },
  );

  it('refuses a foreign Host, as a name that was bent to this address brings', async () => {
    const { port } = new URL(preview.url);
    expect((await get('', { host: `evil.example:${port}` })).statusCode).toBe(421);
  });

  it('takes GET alone', async () => {
    expect((await get('', {}, 'POST')).statusCode).toBe(405);
  });

  it('is for this machine alone unless told otherwise', async () => {
    await expect(openTestPreview(run, { host: '0.0.0.0' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('says so where its port is taken', async () => {
    const port = Number(new URL(preview.url).port);
    await expect(openTestPreview(run, { port })).rejects.toMatchObject({ code: 'PREVIEW_UNAVAILABLE' });
  });
});

describe('the socket', () => {
  it.each([
    ['a wrong key', 401, {}, 'wrong'],
    ['a foreign Origin', 403, { origin: 'https://evil.example' }, ''],
    ['no Origin', 403, { origin: undefined }, ''],
    ['a foreign Host', 421, { headers: { host: 'evil.example' } }, ''],
  ])('refuses %s', async (_name, code, options, token) => {
    const url = token === '' ? preview.url : `${new URL(preview.url).origin}/${token}/`;
    expect(await refusalOf(connect(options as ClientOptions, url))).toBe(code);
  });

  it.each([
    ['what is no JSON', 'hello', 1008],
    ['a message that there is none of', '{"type":"shell"}', 1008],
    ['a message with more than belongs in it', '{"type":"ping","at":1,"more":1}', 1008],
    ['a setting out of range', '{"type":"change","settings":{"cells":64}}', 1008],
    ['bytes', Buffer.from('{"type":"ping","at":1}'), 1008],
    ['a message that is too long', JSON.stringify({ type: 'ping', at: 1, pad: 'x'.repeat(4096) }), 1009],
  ])('ends with %s', async (_name, message, code) => {
    const socket = connect();
    await once(socket, 'open');
    socket.send(message);
    expect(await closeCodeOf(socket)).toBe(code);
  });

  it('ends with a flood', async () => {
    const socket = connect();
    await once(socket, 'open');
    for (let i = 0; i < 1000; i += 1) socket.send('{"type":"ping","at":1}');
    expect(await closeCodeOf(socket)).toBe(1008);
  });

  it('is for so many pages and no more', async () => {
    const sockets = [connect(), connect()];
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    expect(await refusalOf(connect())).toBe(503);
    await Promise.all(sockets.map((socket) => (socket.close(), once(socket, 'close'))));
  });

  it('sends a page that acknowledges nothing a handful of pictures, and counts what it lost', async () => {
    const socket = connect();
    const sent: number[] = [];
    const isEnough = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) sent.push(data.readUInt32LE(4));
        else if (data.includes('"status":') && /"dropped":\d{2,},"clients"/.test(data.toString())) resolve();
      });
    });
    await once(socket, 'open');
    socket.send('{"type":"watch","codec":"jpeg"}');
    await isEnough;
    expect(sent).toHaveLength(6);
    expect(preview.dropped).toBeGreaterThanOrEqual(10);
    // It continues with the newest picture, not with the next.
    const next = once(socket, 'message');
    socket.send(JSON.stringify({ type: 'ack', sequence: sent.at(-1) }));
    await next;
    await expect.poll(() => sent.length).toBeGreaterThan(6);
    expect(sent[6]! - sent[5]!).toBeGreaterThan(9);
    socket.close();
    await once(socket, 'close');
  });

  it('hears a panic however much else was asked for', async () => {
    const socket = connect();
    await once(socket, 'open');
    for (let i = 0; i < 100; i += 1) socket.send('{"type":"change","settings":{"cells":4}}');
    socket.send('{"type":"panic","isOn":true}');
    await expect.poll(() => run.asked.at(-1)).toEqual({ panic: true });
    expect(run.asked.length).toBeLessThan(100);
    socket.send('{"type":"panic","isOn":false}');
    await expect.poll(() => run.asked.at(-1)).toEqual({ panic: false });
    socket.close();
    await once(socket, 'close');
  });

  it('is told why something was not done', async () => {
    const socket = connect();
    const refusal = new Promise<string>((resolve) => {
      socket.on('message', (data: Buffer) => {
        if (data.includes('"refused"')) resolve(data.toString());
      });
    });
    await once(socket, 'open');
    socket.send('{"type":"change","settings":{"cells":5}}');
    expect(await refusal).toContain('Five is right out.');
    socket.close();
    await once(socket, 'close');
  });
});
