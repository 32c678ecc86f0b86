import type { Socket } from 'node:net';

/**
 * Connections that have not shown the key: where there are too many, the oldest makes room. Counting by address would
 * not do, since on one machine all have the same.
 */
export class Strangers {
  readonly #sockets = new Set<Socket>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Takes in a connection that has said nothing yet. */
  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    for (const oldest of this.#sockets) {
      if (this.#sockets.size <= this.#most) break;
      this.#sockets.delete(oldest);
      oldest.destroy();
    }
  }

  /** It has shown the key. */
  remove(socket: Socket): void {
    this.#sockets.delete(socket);
  }
}
