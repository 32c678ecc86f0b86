import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { silentLogger } from '../../src/logger.ts';
import { Client } from '../../src/preview/client.ts';
import { SendWindow } from '../../src/preview/send-window.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The parts of a socket that a client needs, with an inactive other side. */
class StillSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: (string | Buffer)[] = [];
  isTerminated = false;
  send(message: string | Buffer): void {
    this.sent.push(message);
  }
  ping(): void {
    this.emit('pinged');
  }
  close(): void {
    this.readyState = 2;
  }
  terminate(): void {
    this.isTerminated = true;
  }
}

function clientOn(
  socket: StillSocket,
  panic = (): void => undefined,
  change = (): void => undefined,
): Client {
  return new Client({
    socket: socket as unknown as WebSocket,
    control: {
      change,
      panic,
      record: () => Promise.resolve(),
    },
    logger: silentLogger,
    onWatch: () => undefined,
    onChanged: () => undefined,
    onClose: () => undefined,
  });
}

function say(socket: StillSocket, message: object): void {
  socket.emit('message', Buffer.from(JSON.stringify(message)), false);
}

describe('a page', () => {
  it('that answers but reads nothing is let go after 15 seconds', () => {
    const socket = new StillSocket();
    const client = clientOn(socket);
    socket.bufferedAmount = 1024 * 1024;
    for (let i = 0; i < 4; i += 1) {
      vi.advanceTimersByTime(5000);
      say(socket, { type: 'ack', sequence: i });
      client.checkAlive();
    }
    expect(socket.isTerminated).toBe(true);
  });

  it('can not set a score that opens nearly every face', () => {
    const socket = new StillSocket();
    const change = vi.fn();
    clientOn(socket, undefined, change);
    say(socket, { type: 'change', settings: { threshold: 0.99 } });
    expect(change).not.toHaveBeenCalled();
    expect(socket.sent.join()).toContain('Most faces score less');
    say(socket, { type: 'change', settings: { threshold: 0.4 } });
    expect(change).toHaveBeenCalledWith({ threshold: 0.4 });
  });

  it('is let go after 15 seconds without a word, and kept while it answers', () => {
    const [still, alive] = [new StillSocket(), new StillSocket()];
    const clients = [clientOn(still), clientOn(alive)];
    alive.on('pinged', () => alive.emit('pong'));
    for (let i = 0; i < 4; i += 1) {
      vi.advanceTimersByTime(5_000);
      for (const client of clients) client.checkAlive();
    }
    expect([still.isTerminated, alive.isTerminated]).toEqual([true, false]);
  });

  it('is not heard any more once it has misbehaved', () => {
    const socket = new StillSocket();
    const panic = vi.fn();
    clientOn(socket, panic);
    say(socket, { type: 'panic', isOn: true });
    say(socket, { type: 'nonsense' });
    say(socket, { type: 'panic', isOn: false });
    expect(panic.mock.calls).toEqual([[true]]);
  });

  it('is gone a second after it was shown the door, and gets no more pictures, though it does not go by itself', () => {
    const socket = new StillSocket();
    const client = clientOn(socket);
    say(socket, { type: 'watch', codec: 'jpeg' });
    say(socket, { type: 'nonsense' });
    client.offer({ codec: 'jpeg', isKey: true, sequence: 1, message: Buffer.alloc(1) });
    expect(socket.sent).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(socket.isTerminated).toBe(true);
  });

  it.each(['ping', 'pong'])('is shown the door for a flood of %ss too, which no page sends', (frame) => {
    const socket = new StillSocket();
    clientOn(socket);
    for (let i = 0; i < 200; i += 1) socket.emit(frame);
    expect(socket.readyState).toBe(socket.OPEN);
    for (let i = 0; i < 200; i += 1) socket.emit(frame);
    expect(socket.readyState).not.toBe(socket.OPEN);
  });

  it('gets neither pictures nor words while much waits for it', () => {
    const socket = new StillSocket();
    const client = clientOn(socket);
    say(socket, { type: 'watch', codec: 'jpeg' });
    socket.bufferedAmount = 3 * 1024 * 1024;
    client.offer({ codec: 'jpeg', isKey: true, sequence: 1, message: Buffer.alloc(1) });
    client.say({ type: 'pong', at: 1, now: 2 });
    expect(socket.sent).toEqual([]);
    expect(client.dropped).toBe(1);
  });

  it('waits for a key frame after it lost a picture of H.264', () => {
    const socket = new StillSocket();
    const client = clientOn(socket);
    const offer = (sequence: number, isKey = false): void => {
      client.offer({ codec: 'h264', isKey, sequence, message: Buffer.from([sequence]) });
    };
    say(socket, { type: 'watch', codec: 'h264' });
    offer(1);
    offer(2, true);
    offer(3);
    socket.bufferedAmount = 3 * 1024 * 1024;
    offer(4);
    socket.bufferedAmount = 0;
    offer(5);
    offer(6, true);
    expect(socket.sent).toEqual([2, 3, 6].map((sequence) => Buffer.from([sequence])));
    // Pictures before its first key frame were never meant for it.
    expect(client.dropped).toBe(2);
  });
});

describe('the window of pictures under way', () => {
  /** Size of the window if each picture takes this long. */
  function sizeAt(took: number): number {
    const window = new SendWindow();
    let sequence = 0;
    for (let i = 0; i < 40; i += 1) {
      window.sent((sequence += 1));
      vi.advanceTimersByTime(took);
      window.arrived(sequence);
    }
    let size = 0;
    for (; !window.isFull; size += 1) window.sent((sequence += 1));
    return size;
  }

  it('grows where answers are quick', () => {
    expect(sizeAt(20)).toBe(10);
  });

  it('shrinks to the newest picture alone on a slow line', () => {
    expect(sizeAt(800)).toBe(1);
  });
});
