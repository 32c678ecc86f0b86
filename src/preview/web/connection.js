// The socket, which reconnects by itself.

/** Longest pause between two attempts, ms. */
const LONGEST_WAIT = 5_000;
/** The server sends four messages a second; silence for this long means a dead connection, ms. */
const SILENCE = 3_000;
/** Code of a connection that the server closes because the run is over. */
const GOING_AWAY = 1001;

/**
 * @typedef {object} Handlers
 * @property {() => void} onOpen
 * @property {(message: any) => void} onMessage
 * @property {(buffer: ArrayBuffer) => void} onPicture
 * @property {(loss: { reason: string, retryAt: number, hasEnded: boolean }) => void} onLost called with a text to show,
 *   the time of the next try, and whether the run has ended
 */

export class Connection {
  /** @type {WebSocket | null} */
  #socket = null;
  #failures = 0;
  #hasEnded = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #silence;
  /** @type {Handlers} */
  #handlers;

  /** @param {Handlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
    addEventListener('online', () => this.retry());
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open() {
    const url = new URL('socket', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#listen();
    socket.onopen = () => this.#handlers.onOpen();
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      this.#failures = 0;
      this.#hasEnded = false;
      this.#listen();
      if (typeof data === 'string') this.#handlers.onMessage(JSON.parse(data));
      else this.#handlers.onPicture(data);
    };
    socket.onclose = ({ code, reason }) => {
      this.#hasEnded ||= code === GOING_AWAY;
      this.#lose(socket, reason);
    };
  }

  /** Ends the pause before the next attempt. */
  retry() {
    if (this.#socket !== null) return;
    clearTimeout(this.#retry);
    this.open();
  }

  /**
   * @param {object} message
   * @returns {boolean} whether it was sent
   */
  send(message) {
    if (!this.isOpen) return false;
    this.#socket?.send(JSON.stringify(message));
    return true;
  }

  #listen() {
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#silence = setTimeout(() => {
      // The closing handshake would wait for the dead connection, too.
      if (socket !== null) this.#lose(socket, '');
    }, SILENCE);
  }

  /**
   * @param {WebSocket} socket
   * @param {string} reason
   */
  #lose(socket, reason) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    clearTimeout(this.#silence);
    socket.onclose = socket.onmessage = null;
    socket.close();
    const wait = Math.min(LONGEST_WAIT, 250 * 2 ** this.#failures) * (0.8 + 0.4 * Math.random());
    this.#failures += 1;
    this.#retry = setTimeout(() => this.open(), wait);
    this.#handlers.onLost({ reason, retryAt: Date.now() + wait, hasEnded: this.#hasEnded });
    if (this.#failures > 1) void this.#askWhy();
  }

  /** A refused socket gives no reason; a request for the page does. */
  async #askWhy() {
    const answer = await fetch('./', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
    if (answer?.status !== 401 || this.#socket !== null) return;
    clearTimeout(this.#retry);
    const reason = 'Veil was started anew. Open the address that it printed.';
    this.#handlers.onLost({ reason, retryAt: Infinity, hasEnded: false });
  }
}
