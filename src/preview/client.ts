import type { RawData, WebSocket } from 'ws';
import { VeilError } from '../errors.ts';
import type { LiveControl } from '../frame/live-output.ts';
import type { Logger } from '../logger.ts';
import type { Codec } from './codec.ts';
import { HIGHEST_THRESHOLD, readClientMessage, type ClientMessage, type ServerMessage } from './protocol.ts';
import { RateLimit } from '../web-server/rate-limit.ts';
import { SendWindow } from './send-window.ts';
import { reasonOf } from '../base/reason.ts';

export interface ClientOptions {
  readonly socket: WebSocket;
  readonly control: LiveControl;
  readonly logger: Logger;
  /** The page requests another codec, or none. */
  readonly onWatch: () => void;
  /** The page changed the run: all pages must be notified at once. */
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** An encoded picture for clients. */
export interface Picture {
  readonly codec: Codec;
  readonly isKey: boolean;
  readonly sequence: number;
  readonly message: Buffer;
}

/** Limit of bytes buffered in this program for one page. */
const MOST_BUFFERED = 2 * 1024 * 1024;
/** A page that does not answer for this long is disconnected, ms. */
const SILENCE = 15_000;
/** Limit of buffered bytes for a page that reads nothing, even if it acknowledges pictures. */
const UNREAD = 256 * 1024;
/** Time for a page to close after the close request, ms. */
const GOING = 1_000;
/** Pages acknowledge every picture, so there are many messages; changes to the run come from a person. */
const MESSAGES = { perSecond: 150, burst: 300 };
const CONTROLS = { perSecond: 20, burst: 40 };

/** One open page: drops frames beyond its pace, and is disconnected after protocol violations. */
export class Client {
  readonly #options: ClientOptions;
  readonly #messages = new RateLimit(MESSAGES.perSecond, MESSAGES.burst);
  readonly #controls = new RateLimit(CONTROLS.perSecond, CONTROLS.burst);
  readonly #window = new SendWindow();
  #codec: Codec | null = null;
  #isJoining = true;
  #needsKey = false;
  #dropped = 0;
  #heardAt = performance.now();
  #readAt = performance.now();

  constructor(options: ClientOptions) {
    this.#options = options;
    const { socket, onClose } = options;
    socket.on('message', (data, isBinary) => {
      this.#hear(data, isBinary);
    });
    // Ping and pong frames: pages send them only as answers, so many of them are a flood as well.
    for (const frame of ['ping', 'pong']) {
      socket.on(frame, () => {
        this.#isHeard();
      });
    }
    // ws closes the socket itself and tells the page the reason (too long, not UTF-8).
    socket.on('error', (error) => {
      options.logger.debug(`Preview: ${error.message}`);
    });
    socket.on('close', onClose);
  }

  /** The codec that the page requests; null while it is hidden or has not sent a request. */
  get codec(): Codec | null {
    return this.#codec;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Sends a picture, or counts it as lost: a page never gets more pictures than it can process. */
  offer({ codec, isKey, sequence, message }: Picture): void {
    // A new page waits for its first key frame: nothing is lost.
    if (codec !== this.#codec || (this.#isJoining && !isKey)) return;
    const { socket } = this.#options;
    if (socket.readyState !== socket.OPEN) return;
    const isBehind = this.#window.isFull || socket.bufferedAmount > MOST_BUFFERED;
    if (isBehind || (this.#needsKey && !isKey)) {
      this.#dropped += 1;
      this.#needsKey = true;
      return;
    }
    this.#needsKey = false;
    this.#isJoining = false;
    this.#window.sent(sequence);
    socket.send(message);
  }

  /** Text messages bypass the window for pictures, but not without limit. */
  say(message: ServerMessage): void {
    const { socket } = this.#options;
    if (socket.readyState === socket.OPEN && socket.bufferedAmount <= MOST_BUFFERED) {
      socket.send(JSON.stringify(message));
    }
  }

  /** Called every few seconds: disconnects a page that has vanished silently, or reads nothing. */
  checkAlive(): void {
    const { socket } = this.#options;
    const now = performance.now();
    if (socket.bufferedAmount < UNREAD) this.#readAt = now;
    if (now - this.#heardAt > SILENCE || now - this.#readAt > SILENCE) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.ping();
  }

  /** Whether a message is to be processed. */
  #isHeard(): boolean {
    const { socket } = this.#options;
    // Ignore messages that were in transit when the page was disconnected.
    if (socket.readyState !== socket.OPEN) return false;
    this.#heardAt = performance.now();
    if (this.#messages.take()) return true;
    this.#refuse('too many messages');
    return false;
  }

  #hear(data: RawData, isBinary: boolean): void {
    if (!this.#isHeard()) return;
    const message = isBinary ? null : readClientMessage((data as Buffer).toString('utf8'));
    if (message === null) this.#refuse('a message that is none');
    else this.#answer(message);
  }

  #answer(message: ClientMessage): void {
    switch (message.type) {
      case 'watch':
        void this.#doInTurn(() => {
          this.#watch(message.codec);
        });
        return;
      case 'ack':
        this.#window.arrived(message.sequence);
        return;
      case 'ping':
        this.say({ type: 'pong', at: message.at, now: Date.now() });
        return;
      case 'panic':
        // Never rate-limited: covering everything must always work.
        void this.#do(() => {
          this.#options.control.panic(message.isOn);
        });
        return;
      case 'change':
        void this.#doInTurn(() => {
          this.#change(message.settings);
        });
        return;
      case 'record':
        void this.#doInTurn(() => this.#options.control.record(message.isOn));
    }
  }

  /** @throws VeilError USAGE */
  #change(settings: Extract<ClientMessage, { type: 'change' }>['settings']): void {
    if ((settings.threshold ?? 0) > HIGHEST_THRESHOLD) {
      const reason = `Most faces score less than ${HIGHEST_THRESHOLD}, and would be shown.`;
      throw new VeilError('USAGE', `The page can't set a higher score. ${reason}`);
    }
    this.#options.control.change(defined(settings));
  }

  #watch(codec: Codec | null): void {
    this.#codec = codec;
    this.#isJoining = true;
    this.#window.clear();
    this.#options.onWatch();
  }

  async #doInTurn(action: () => void | Promise<void>): Promise<void> {
    if (this.#controls.take()) await this.#do(action);
    else this.say({ type: 'refused', message: 'That was too fast; try again.' });
  }

  async #do(action: () => void | Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      // The page shows messages of Veil; other errors are for the log alone.
      const isKnown = error instanceof VeilError;
      this.#options.logger.warn(`Preview: ${reasonOf(error)}`);
      this.say({ type: 'refused', message: isKnown ? error.message : 'That did not work; see the log.' });
    }
    this.#options.onChanged();
  }

  #refuse(why: string): void {
    const { logger, socket } = this.#options;
    logger.warn(`Preview: closed a page (${why}).`);
    socket.close(1008, why);
    // A page that does not answer would keep its place, and go on sending, for half a minute.
    setTimeout(() => {
      socket.terminate();
    }, GOING).unref();
  }
}

/** Removes undefined keys: with exact optional types, undefined and missing differ. */
function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
