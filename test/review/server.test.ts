import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import type { ReviewMessage } from '../../src/review/server/protocol.ts';
import {
  FRAMES,
  makeReviewClip,
  openTestReview,
  writeReviewTracks,
  type TestReview,
} from '../support/review-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the server of a review', () => {
  const at = temporaryFolder();
  let review: TestReview;
  beforeAll(async () => {
    await makeReviewClip(at('clip.mp4'));
    await writeReviewTracks(at('clip.veil.tracks.json'), at('clip.mp4'));
    review = await openTestReview(at('clip.mp4'));
    // Frames are available once the tracks are read.
    await vi.waitUntil(async () => (await get('original/0')).statusCode === 200, { timeout: 60_000 });
  });
  afterAll(async () => {
    await review[Symbol.asyncDispose]();
  });

  async function get(
    path: string,
    headers: Record<string, string> = {},
    method = 'GET',
  ): Promise<IncomingMessage> {
    const asked = request(new URL(path, review.url), { headers, method, agent: false });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    return response;
  }

  function connect(options: ClientOptions = {}): WebSocket {
    const target = new URL('socket', review.url.replace('http', 'ws'));
    return new WebSocket(target, { origin: new URL(review.url).origin, ...options });
  }

  async function statusOf(socket: WebSocket): Promise<number | undefined> {
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    response.destroy();
    return response.statusCode;
  }

  /** An editing page, with the messages that it received. */
  async function page(): Promise<{
    socket: WebSocket;
    told: ReviewMessage[];
    say: (message: object) => void;
  }> {
    const socket = connect();
    const told: ReviewMessage[] = [];
    socket.on('message', (data: Buffer) => told.push(JSON.parse(data.toString()) as ReviewMessage));
    await once(socket, 'open');
    return {
      socket,
      told,
      say: (message) => {
        socket.send(JSON.stringify(message));
      },
    };
  }

  it.each(['original/0', 'covered/0', 'covered-part/0/8/8/64/48', 'face/1/0', 'boxes/0', 'sound'])(
    'keeps %s out of every cache, and from other pages',
    async (path) => {
      const { statusCode, headers } = await get(path);
      expect(statusCode).toBe(200);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      });
    },
  );

  it.each(['/original/0', '/wrong/original/0', '/'])('refuses %s, which lacks the key', async (path) => {
    expect((await get(path)).statusCode).toBe(401);
  });

  it.each([
    `original/${FRAMES}`,
    'original/-1',
    'original/1e1',
    'original/0/0',
    'covered/9999999999',
    'covered-part/0/0/0/641/10',
    'original-part/0/0/0/10/0',
    `original-part/${FRAMES}/0/0/10/10`,
    'face/99/0',
    'face/1',
    'boxes/99',
    'tsconfig.json',
    '..%2fserver%2freview.ts',
    'constructor',
  ])('has no %s', async (path) => {
    const { pathname } = new URL(review.url);
    expect((await get(`${pathname}${path}`)).statusCode).toBe(404);
  });

  it('refuses a foreign Host and every method but GET and HEAD', async () => {
    const { port } = new URL(review.url);
    expect((await get('original/0', { host: `evil.example:${port}` })).statusCode).toBe(421);
    expect((await get('original/0', {}, 'POST')).statusCode).toBe(405);
  });

  it.each([
    ['a foreign Origin', 403, { origin: 'https://evil.example' }],
    ['no Origin', 403, { origin: undefined }],
    ['a foreign Host', 421, { headers: { host: 'evil.example' } }],
  ])('refuses a socket from %s', async (_, code, options) => {
    expect(await statusOf(connect(options as ClientOptions))).toBe(code);
  });

  it.each([
    ['no JSON', 'hello', 1008],
    ['a message that there is none of', '{"type":"shell"}', 1008],
    [
      'an edit with more than belongs in it',
      '{"type":"edit","edit":{"type":"unmute","id":1,"path":"/"}}',
      1008,
    ],
    ['bytes', Buffer.from('{"type":"undo"}'), 1008],
    ['a message that is too long', 'x'.repeat(1024 * 1024 + 1), 1009],
  ])('ends a socket with %s', async (_, message, code) => {
    const { socket } = await page();
    socket.send(message);
    expect((await once(socket, 'close'))[0]).toBe(code);
  });

  it('refuses an edit that does not fit, and says why', async () => {
    const { socket, told, say } = await page();
    say({ type: 'edit', edit: { type: 'decide', tracks: [99], state: 'dismissed' } });
    await expect
      .poll(() => refusals(told))
      .toEqual([expect.stringContaining('There is no track 99') as string]);
    socket.close();
    await once(socket, 'close');
  });

  it('covers what is decided, and tells what has changed alone', async () => {
    const { socket, told, say } = await page();
    const covered = await bodyOf('covered/0');
    await expect.poll(() => told.some(({ type }) => type === 'audit')).toBe(true);
    say({ type: 'edit', edit: { type: 'decide', tracks: [1], state: 'dismissed' } });
    await expect
      .poll(() => told.findLast(({ type }) => type === 'state'))
      .toMatchObject({ type: 'state', isWhole: false, tracks: [{ id: 1 }] });
    expect(await bodyOf('covered/0')).not.toEqual(covered);
    say({ type: 'undo' });
    await expect
      .poll(() => told.findLast(({ type }) => type === 'state'))
      .toMatchObject({ canUndo: false, canRedo: true });
    expect(await bodyOf('covered/0')).toEqual(covered);
    socket.close();
    await once(socket, 'close');
  });

  it('asks for a word before nothing is covered', async () => {
    const { socket, told, say } = await page();
    say({ type: 'edit', edit: { type: 'decide', tracks: [1, 2, 3, 4], state: 'dismissed' } });
    say({ type: 'render', word: null });
    await expect.poll(() => told.filter(({ type }) => type === 'asksForWord')).toHaveLength(1);
    say({ type: 'undo' });
    await expect.poll(() => told.findLast(({ type }) => type === 'state')).toMatchObject({ canUndo: false });
    socket.close();
    await once(socket, 'close');
  });

  it.each([
    { type: 'edit', edit: { type: 'mute', from: 0, to: 1 } },
    { type: 'undo' },
    { type: 'follow', track: null, frame: 0, box: { x: 60, y: 60, width: 50, height: 60 } },
    { type: 'dismissFinding', id: 0 },
    { type: 'render', word: null },
    { type: 'cancel' },
    { type: 'close' },
  ])('refuses a second page whatever it asks for: $type', async (message) => {
    const first = await page();
    const second = await page();
    second.say(message);
    await expect
      .poll(() => refusals(second.told))
      .toEqual([expect.stringContaining('only shows it') as string]);
    expect(first.told.some(({ type }) => type === 'refused')).toBe(false);
    for (const { socket } of [second, first]) {
      socket.close();
      await once(socket, 'close');
    }
  });

  it('refuses a second reviewer whatever the page asks for, and lets the page end that review', async () => {
    await writeReviewTracks(at('two.veil.tracks.json'), at('clip.mp4'));
    await writeFile(at('two.mp4'), await readFile(at('clip.mp4')));
    await using first = await openTestReview(at('two.mp4'));
    expect(await first.opened).toBeNull();
    await using second = await openTestReview(at('two.mp4'));
    expect(await second.opened).toMatchObject({ pid: process.pid });
    const socket = new WebSocket(new URL('socket', second.url.replace('http', 'ws')), {
      origin: new URL(second.url).origin,
    });
    const told: ReviewMessage[] = [];
    socket.on('message', (data: Buffer) => told.push(JSON.parse(data.toString()) as ReviewMessage));
    await once(socket, 'open');
    await expect.poll(() => told[0]).toMatchObject({ type: 'hello', isReadOnly: true });
    for (const message of [
      { type: 'undo' },
      { type: 'render', word: null },
      { type: 'coverFinding', id: 0 },
    ]) {
      const before = told.length;
      socket.send(JSON.stringify(message));
      await expect.poll(() => told.slice(before).some(({ type }) => type === 'refused')).toBe(true);
    }
    socket.send('{"type":"close"}');
    expect(await second.ended).toBe('closed');
    socket.close();
  });

  it('renders nothing once another review has taken the file over', async () => {
    await writeReviewTracks(at('over.veil.tracks.json'), at('clip.mp4'));
    await writeFile(at('over.mp4'), await readFile(at('clip.mp4')));
    await using first = await openTestReview(at('over.mp4'));
    await first.opened;
    await writeFile(at('over.veil.edits.jsonl.lock'), 'another-machine 7 x');
    const socket = new WebSocket(new URL('socket', first.url.replace('http', 'ws')), {
      origin: new URL(first.url).origin,
    });
    const told: ReviewMessage[] = [];
    socket.on('message', (data: Buffer) => told.push(JSON.parse(data.toString()) as ReviewMessage));
    await once(socket, 'open');
    await expect.poll(() => told.some(({ type }) => type === 'audit')).toBe(true);
    socket.send(JSON.stringify({ type: 'render', word: null }));
    await expect.poll(() => told.some(({ type }) => type === 'refused' || type === 'job')).toBe(true);
    expect(told.find(({ type }) => type === 'refused' || type === 'job')).toMatchObject({
      type: 'refused',
      message: expect.stringContaining('taken this file over') as unknown,
    });
    socket.close();
  });

  it('ends when nothing is done for a while', async () => {
    await writeReviewTracks(at('idle.veil.tracks.json'), at('clip.mp4'));
    await writeFile(at('idle.mp4'), await readFile(at('clip.mp4')));
    await using idle = await openTestReview(at('idle.mp4'), 1);
    expect(await idle.ended).toBe('idle');
  });

  it('forgets nothing that was decided when it is killed, and saves it when it ends', async () => {
    await writeReviewTracks(at('crash.veil.tracks.json'), at('clip.mp4'));
    await writeFile(at('crash.mp4'), await readFile(at('clip.mp4')));
    const before = await readFile(at('crash.veil.tracks.json'), 'utf8');
    const log = at('crash.veil.edits.jsonl');
    {
      await using first = await openTestReview(at('crash.mp4'));
      await decide(first, { type: 'decide', tracks: [2], state: 'dismissed' });
      // The current log on disk is the one that a crash would leave.
      await writeFile(at('left.jsonl'), await readFile(log));
    }
    expect(await readFile(at('crash.veil.tracks.json'), 'utf8')).toContain('"state":"dismissed"');
    await writeFile(at('crash.veil.tracks.json'), before);
    await writeFile(log, await readFile(at('left.jsonl')));
    await using second = await openTestReview(at('crash.mp4'));
    await expect.poll(() => second.status().openDoubts).toBe(2);
  });

  async function bodyOf(path: string): Promise<Buffer> {
    const response = await fetch(new URL(path, review.url));
    return Buffer.from(await response.arrayBuffer());
  }

  async function decide(open: TestReview, edit: object): Promise<void> {
    const socket = new WebSocket(new URL('socket', open.url.replace('http', 'ws')), {
      origin: new URL(open.url).origin,
    });
    await once(socket, 'open');
    await expect.poll(() => open.status().openDoubts).toBe(3);
    socket.send(JSON.stringify({ type: 'edit', edit }));
    await expect.poll(() => open.status().openDoubts).toBe(2);
    socket.close();
    await once(socket, 'close');
  }
});

function refusals(told: readonly ReviewMessage[]): string[] {
  return told.flatMap((each) => (each.type === 'refused' ? [each.message] : []));
}
