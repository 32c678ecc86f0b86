import { once } from 'node:events';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { countFile, isDone } from '../../src/review/folder/file-count.ts';
import type { FileState, ListMessage } from '../../src/review/folder/protocol.ts';
import type { OpenFolder } from '../../src/review/open-folder.ts';
import { makeFolder, openTestFolder } from '../support/review-folder.ts';
import { makeReviewClip } from '../support/review-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the review of a folder', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => folder('in', name);
  const NAMES = ['a', 'b'];
  let open: OpenFolder;
  const sockets: WebSocket[] = [];
  beforeAll(async () => {
    await makeReviewClip(folder('source.mp4'));
  });
  beforeEach(async () => {
    await makeFolder(folder('source.mp4'), at, { a: 'three doubts', b: 'reviewed' });
    open = await openTestFolder(at, NAMES);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    await open[Symbol.asyncDispose]();
  });

  function connect(path: string, origin = new URL(open.url).origin): WebSocket {
    const socket = new WebSocket(new URL(path, open.url.replace('http', 'ws')), { origin });
    socket.on('error', () => undefined);
    sockets.push(socket);
    return socket;
  }

  /** A page of the list, with its state of the files. */
  async function list(): Promise<{ socket: WebSocket; files: Map<number, FileState> }> {
    const files = new Map<number, FileState>();
    const socket = connect('socket');
    socket.on('message', (data: Buffer) => {
      for (const file of (JSON.parse(data.toString()) as ListMessage).files) files.set(file.id, file);
    });
    await once(socket, 'open');
    await expect.poll(() => [...files.values()].map(({ state }) => state)).toEqual(['known', 'known']);
    return { socket, files };
  }

  /** A page of the first file, ready for decisions. */
  async function review(): Promise<WebSocket> {
    const socket = connect('1/socket');
    let isReady = false;
    socket.on('message', (data: Buffer) => (isReady ||= data.toString().includes('"type":"state"')));
    await expect.poll(() => isReady, { timeout: 20_000 }).toBe(true);
    return socket;
  }

  it('serves the list, and below it the page and the pictures of each file', async () => {
    const get = async (path: string) => (await fetch(new URL(path, open.url))).status;
    for (const path of ['', 'main.js', 'controls.css', '1/', '2/main.js', '1/theme.css']) {
      expect([path, await get(path)]).toEqual([path, 200]);
    }
    for (const path of [
      '0/',
      '3/',
      '1',
      '1/1/',
      '1/tsconfig.json',
      '1/original/0',
      '1/../cards.js',
      'cards.js',
    ]) {
      expect([path, await get(path)]).toEqual([path, 404]);
    }
    await once(connect('1/socket'), 'open');
    await expect.poll(() => get('1/original/0')).toBe(200);
    expect(await get('2/original/0')).toBe(404);
  });

  it.each([
    ['another page', 'socket', 'https://evil.example', 403],
    ['another page, for a file', '1/socket', 'https://evil.example', 403],
    ['a file that there is none of', '3/socket', undefined, 404],
    ['nowhere', '1/1/socket', undefined, 404],
  ])('refuses a socket for %s', async (_, path, origin, code) => {
    const [, response] = (await once(connect(path, origin), 'unexpected-response')) as [
      unknown,
      { statusCode: number },
    ];
    expect(response.statusCode).toBe(code);
  });

  it.each(['hello', '{"type":"render"}', '{"type":"search","files":["a"]}', Buffer.from('{"type":"stop"}')])(
    'ends a socket of the list with %s',
    async (message) => {
      const { socket } = await list();
      socket.send(message);
      expect((await once(socket, 'close'))[0]).toBe(1008);
    },
  );

  it('counts again what a review has left, without any page, and gives the file back', async () => {
    const { files } = await list();
    expect(files.get(1)).toMatchObject({ doubts: 3, faces: 4, isOpen: false, output: 'none' });
    const page = await review();
    await expect.poll(() => files.get(1)?.isOpen).toBe(true);
    page.send(JSON.stringify({ type: 'edit', edit: { type: 'decide', tracks: [2], state: 'dismissed' } }));
    await expect.poll(() => files.get(1)?.doubts, { timeout: 20_000 }).toBe(2);
    page.close();
    await expect.poll(() => files.get(1)?.isOpen).toBe(false);
    await expect
      .poll(() => stat(at('a.veil.edits.jsonl.lock')).catch(() => null), { timeout: 20_000 })
      .toBeNull();
    expect(await readFile(at('a.veil.tracks.json'), 'utf8')).toContain('"state":"dismissed"');
    expect(await open.finish()).toEqual({
      ...{ places: 2, openFiles: 1, unsearched: 0, broken: 0, unrendered: 1, isDone: false },
    });
  });

  it('counts what was decided before a crash, which the edit log alone has', async () => {
    const { files } = await list();
    const before = await readFile(at('a.veil.tracks.json'), 'utf8');
    const page = await review();
    page.send(JSON.stringify({ type: 'edit', edit: { type: 'decide', tracks: [2], state: 'dismissed' } }));
    await expect.poll(() => files.get(1)?.doubts, { timeout: 20_000 }).toBe(2);
    // The current files on disk are those that a crash would leave.
    expect(await readFile(at('a.veil.tracks.json'), 'utf8')).toBe(before);
    expect(await countFile({ tracks: at('a.veil.tracks.json'), output: at('a.veil.mp4') })).toMatchObject({
      doubts: 2,
      problem: null,
    });
  });

  it('calls a file done when its output is there, and no decision is newer', async () => {
    const paths = { tracks: at('b.veil.tracks.json'), output: at('b.veil.mp4') };
    const isDoneNow = async () => isDone(await countFile(paths));
    expect(await isDoneNow()).toBe(false);
    await writeFile(paths.output, 'a video');
    expect(await isDoneNow()).toBe(true);
    await writeFile(at('b.veil.edits.jsonl'), '');
    await utimes(paths.output, new Date(0), new Date(0));
    expect(await countFile(paths)).toMatchObject({ doubts: 0, output: 'older' });
    expect(await isDoneNow()).toBe(false);
  });

  it('ends when nothing is done for a while', async () => {
    await using idle = await openTestFolder(at, NAMES, 1);
    expect(await idle.ended).toBe('idle');
  });
});
