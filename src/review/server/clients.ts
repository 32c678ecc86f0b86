import type { RawData, WebSocket } from 'ws';
import { VeilError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { reasonOf } from '../../base/reason.ts';
import { RateLimit } from '../../web-server/rate-limit.ts';
import { readPageMessage, type PageMessage, type ReviewMessage } from './protocol.ts';

export interface ClientsOptions {
  readonly logger: Logger;
  /** Sends a page all there is. */
  readonly onOpen: (say: (message: ReviewMessage) => void, isReadOnly: boolean) => void;
  /** Does what a page asks for. */
  readonly onMessage: (message: PageMessage) => Promise<void>;
}

/** Keys that are held down come 30 a second. */
const MESSAGES = { perSecond: 60, burst: 240 };

/** The open pages of a review: the oldest one edits, the others watch until it is gone. */
export class Clients {
  readonly #options: ClientsOptions;
  /** In the order in which they came. */
  readonly #sockets = new Set<WebSocket>();

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Takes in a page that has shown its key. */
  welcome(socket: WebSocket): void {
    const limit = new RateLimit(MESSAGES.perSecond, MESSAGES.burst);
    this.#sockets.add(socket);
    socket.on('message', (data, isBinary) => {
      if (limit.take()) void this.#hear(socket, data, isBinary);
      else socket.close(1008, 'too many messages');
    });
    // ws closes the socket itself; what was wrong (too long, no UTF-8) is the other side's business.
    socket.on('error', (error) => {
      this.#options.logger.debug(`The review: ${error.message}`);
    });
    socket.on('close', () => {
      this.#leave(socket);
    });
    this.#open(socket);
  }

  /** Tells every page. */
  say(message: ReviewMessage): void {
    const text = JSON.stringify(message);
    for (const socket of this.#sockets) send(socket, text);
  }

  /** Sends every page all there is. */
  reopen(): void {
    for (const socket of this.#sockets) this.#open(socket);
  }

  #open(socket: WebSocket): void {
    this.#options.onOpen((message) => {
      send(socket, JSON.stringify(message));
    }, !this.#isEditor(socket));
  }

  #isEditor(socket: WebSocket): boolean {
    return this.#sockets.values().next().value === socket;
  }

  #leave(socket: WebSocket): void {
    const wasEditor = this.#isEditor(socket);
    this.#sockets.delete(socket);
    const [next] = this.#sockets;
    if (wasEditor && next !== undefined) this.#open(next);
  }

  async #hear(socket: WebSocket, data: RawData, isBinary: boolean): Promise<void> {
    const message = isBinary ? null : readPageMessage((data as Buffer).toString('utf8'));
    if (message === null) {
      this.#options.logger.warn('The review closed a page that sent what it does not understand.');
      socket.close(1008, 'not a message');
      return;
    }
    const refuse = (text: string): void => {
      send(socket, JSON.stringify({ type: 'refused', message: text } satisfies ReviewMessage));
    };
    if (!this.#isEditor(socket) && message.type !== 'alive') {
      refuse('Another page edits this review; this one only shows it.');
      return;
    }
    try {
      await this.#options.onMessage(message);
    } catch (error) {
      const isKnown = error instanceof VeilError;
      // The page is told what Veil says; what else went wrong is for the log alone.
      if (!isKnown) this.#options.logger.warn(`The review: ${reasonOf(error)}`);
      refuse(
        isKnown ? [error.message, error.hint ?? ''].join(' ').trim() : 'That did not work; see the log.',
      );
    }
  }
}

function send(socket: WebSocket, text: string): void {
  if (socket.readyState === socket.OPEN) socket.send(text);
}
