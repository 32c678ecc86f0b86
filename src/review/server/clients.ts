import type { WebSocket } from 'ws';
import { VeilError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { reasonOf } from '../../base/reason.ts';
import { hearPage } from '../../web-server/hear-page.ts';
import { sentenceOf } from './sentence-of.ts';
import { readPageMessage, type PageMessage, type ReviewMessage } from './protocol.ts';
import { WordMissing } from './nothing-covered.ts';

export interface ClientsOptions {
  readonly logger: Logger;
  /** Sends a page the whole state. */
  readonly onOpen: (say: (message: ReviewMessage) => void, isReadOnly: boolean) => void;
  /** Handles a message of a page. */
  readonly onMessage: (message: PageMessage) => Promise<void>;
}

/** A held key repeats 30 times a second. */
const MESSAGES = { perSecond: 60, burst: 240 };

/** The open pages of a review: the oldest one edits, the others only watch until it closes. */
export class Clients {
  readonly #options: ClientsOptions;
  /** In the order of arrival. */
  readonly #sockets = new Set<WebSocket>();

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Adds a page that has shown its access key. */
  welcome(socket: WebSocket): void {
    this.#sockets.add(socket);
    hearPage(socket, {
      ...{ name: 'The review', rate: MESSAGES, read: readPageMessage, logger: this.#options.logger },
      onMessage: (message) => void this.#do(socket, message),
      onClose: () => {
        this.#leave(socket);
      },
    });
    this.#open(socket);
  }

  /** Sends a message to every page. */
  say(message: ReviewMessage): void {
    const text = JSON.stringify(message);
    for (const socket of this.#sockets) send(socket, text);
  }

  /** Closes the sockets of all pages. */
  close(code: number, reason: string): void {
    for (const socket of this.#sockets) socket.close(code, reason);
  }

  /** Sends every page the whole state. */
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

  async #do(socket: WebSocket, message: PageMessage): Promise<void> {
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
      if (error instanceof WordMissing) {
        send(socket, JSON.stringify({ type: 'asksForWord' } satisfies ReviewMessage));
        return;
      }
      // The page shows messages of Veil; other errors are for the log alone.
      if (!(error instanceof VeilError)) this.#options.logger.warn(`The review: ${reasonOf(error)}`);
      refuse(sentenceOf(error));
    }
  }
}

function send(socket: WebSocket, text: string): void {
  if (socket.readyState === socket.OPEN) socket.send(text);
}
