import type { Socket } from 'node:net';

/**
 * Connections that have not shown the key: if there are too many, the oldest is closed. A limit per address would not
 * help, since all connections on one machine have the same one.
 */
export class Strangers {
  readonly #sockets = new Set<Socket>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Adds a connection that has sent nothing yet. */
  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    for (const oldest of this.#sockets) {
      if (this.#sockets.size <= this.#most) break;
      this.#sockets.delete(oldest);
      oldest.destroy();
    }
  }

  /** Call it when the connection has shown the key. */
  remove(socket: Socket): void {
    this.#sockets.delete(socket);
  }
}
