import type { RawData, WebSocket } from 'ws';
import type { Logger } from '../logger.ts';
import { RateLimit } from './rate-limit.ts';

export interface HearPageOptions<M> {
  /** Subject of the page, for the log: `The review`. */
  readonly name: string;
  /** Rate limit for messages of a page; beyond it the page is disconnected. */
  readonly rate: { readonly perSecond: number; readonly burst: number };
  /** @returns null for an invalid message: the page is disconnected */
  readonly read: (text: string) => M | null;
  readonly onMessage: (message: M) => void;
  readonly onClose: () => void;
  readonly logger: Logger;
}

/** Handles the messages of a page that has shown its access key. */
export function hearPage<M>(socket: WebSocket, options: HearPageOptions<M>): void {
  const { name, rate, read, onMessage, onClose, logger } = options;
  const limit = new RateLimit(rate.perSecond, rate.burst);
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (!limit.take()) {
      socket.close(1008, 'too many messages');
      return;
    }
    const message = isBinary ? null : read((data as Buffer).toString('utf8'));
    if (message === null) {
      logger.warn(`${name} closed a page that sent what it does not understand.`);
      socket.close(1008, 'not a message');
      return;
    }
    onMessage(message);
  });
  // ws closes the socket itself; the fault (too long, not UTF-8) is the other side's.
  socket.on('error', (error) => {
    logger.debug(`${name}: ${error.message}`);
  });
  socket.on('close', onClose);
}
