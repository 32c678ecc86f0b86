import type { WebSocket } from 'ws';
import { regionsOf, type Shape } from '../anonymize/regions.ts';
import type { LiveControl, LiveFrame, LiveStatus } from '../frame/live-output.ts';
import type { Logger } from '../logger.ts';
import { Client } from './client.ts';
import type { Codec } from './codec.ts';
import type { Packet } from './packet-reader.ts';
import { encodePicture, pageStatus, PROTOCOL_VERSION, type Region, type ServerMessage } from './protocol.ts';

export interface PreviewClientsOptions {
  readonly control: LiveControl;
  readonly status: () => LiveStatus;
  readonly cover: { readonly shape: Shape; readonly padding: number };
  readonly logger: Logger;
  /** Codecs that pages can currently choose from. */
  readonly codecs: () => readonly Codec[];
  /** Called with the codecs that pages have chosen. */
  readonly onWatch: (codecs: ReadonlySet<Codec>) => void;
}

/** All pages: sends pictures and messages to them, and handles their requests. */
export class PreviewClients {
  readonly #options: PreviewClientsOptions;
  readonly #clients = new Set<Client>();
  #sequence = 0;
  #droppedBefore = 0;

  constructor(options: PreviewClientsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** Number of pictures lost by pages, including closed ones. */
  get dropped(): number {
    return [...this.#clients].reduce((sum, { dropped }) => sum + dropped, this.#droppedBefore);
  }

  /** Adds a page that has shown its access key. */
  welcome(socket: WebSocket): void {
    const { control, logger, cover, codecs } = this.#options;
    const client = new Client({
      socket,
      control,
      logger,
      onWatch: () => {
        this.#countWatched();
      },
      onChanged: () => {
        this.sayStatus();
      },
      onClose: () => {
        this.#clients.delete(client);
        this.#droppedBefore += client.dropped;
        this.#countWatched();
      },
    });
    this.#clients.add(client);
    client.say({ type: 'hello', version: PROTOCOL_VERSION, shape: cover.shape, codecs: codecs() });
    this.sayStatus();
  }

  /** Offers a picture to every page that watches this codec. */
  show(codec: Codec, packet: Packet, { frame, boxes, capturedAt }: LiveFrame): void {
    this.#sequence = (this.#sequence + 1) >>> 0;
    const sequence = this.#sequence;
    const { cover } = this.#options;
    const { width, height } = frame;
    const regions = regionsOf(boxes ?? [], cover, width, height).map((head): Region => [
      head.centerX / width,
      head.centerY / height,
      head.radiusX / width,
      head.radiusY / height,
    ]);
    const facts = { sequence, capturedAt, isCurtain: boxes === null, regions };
    const message = encodePicture(codec, packet, facts);
    for (const client of this.#clients) client.offer({ codec, isKey: packet.isKey, sequence, message });
  }

  /** Sends the status of the run to every page. */
  sayStatus(): void {
    if (this.#clients.size === 0) return;
    const status = pageStatus(this.#options.status());
    for (const client of this.#clients) {
      client.say({
        type: 'status',
        status,
        client: { dropped: client.dropped, clients: this.#clients.size },
      });
    }
  }

  say(message: ServerMessage): void {
    for (const client of this.#clients) client.say(message);
  }

  /** Disconnects pages that have vanished silently. */
  checkAlive(): void {
    for (const client of this.#clients) client.checkAlive();
  }

  #countWatched(): void {
    const codecs = [...this.#clients].map(({ codec }) => codec).filter((codec) => codec !== null);
    this.#options.onWatch(new Set(codecs));
  }
}
