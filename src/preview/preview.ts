import { join } from 'node:path';
import type { Shape } from '../anonymize/regions.ts';
import type { LiveControl, LiveOutput, LiveStatus } from '../frame/live-output.ts';
import type { Logger } from '../logger.ts';
import { PreviewClients } from './preview-clients.ts';
import type { RawVideo } from './codec.ts';
import { addressFor, newToken } from '../web-server/guard.ts';
import { openGuardedServer } from '../web-server/guarded-server.ts';
import { loadPage } from '../web-server/pages.ts';
import { LONGEST_MESSAGE } from './protocol.ts';
import { Video } from './video.ts';

export interface PreviewOptions {
  /** Where to listen. Anything but loopback needs `isExposed`. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Lets other machines in: anyone who has the URL sees the picture and holds the controls. */
  readonly isExposed: boolean;
  /** The key in the URL. Default: a new one; given only where a URL has to outlive a restart. */
  readonly token?: string | undefined;
  /** Pages that may be open at once. Default 8. */
  readonly maxClients?: number | undefined;
  readonly control: LiveControl;
  readonly status: () => LiveStatus;
  readonly ffmpeg: string;
  /** Of the source, roughly. */
  readonly frameRate: number;
  readonly color: RawVideo['color'];
  /** How heads are covered, for their outlines. */
  readonly cover: { readonly shape: Shape; readonly padding: number };
  readonly logger: Logger;
}

/** A preview that is open. */
export interface Preview extends LiveOutput {
  /** To be opened in a browser; it holds the key. */
  readonly url: string;
  /** Pages that are open now. */
  readonly clients: number;
  /** From level 2 on with fewer pictures. */
  degrade(level: number): void;
}

/** The files of the page. */
const PAGE = [
  ...['index.html', 'style.css', 'main.js', 'clock.js', 'connection.js', 'controls.js', 'decoders.js'],
  ...['graph.js', 'message.js', 'picture.js', 'readings.js', 'stage.js'],
];

const STATUS_EVERY = 250;
const ALIVE_EVERY = 5_000;

/**
 * Opens the preview: a page on a local web server that shows covered frames and holds the controls of a live run.
 *
 * @throws VeilError USAGE for an address that other machines reach, PREVIEW_UNAVAILABLE where it can't be listened on
 */
export async function openPreview(options: PreviewOptions): Promise<Preview> {
  const { host, port, isExposed, token = newToken(), maxClients = 8, logger } = options;
  const video = await Video.open({
    ...options,
    onPicture: (codec, packet, frame) => {
      audience.show(codec, packet, frame);
    },
    onCodecs: (codecs) => {
      audience.say({ type: 'codecs', codecs });
    },
  });
  const audience = new PreviewClients({
    ...options,
    codecs: () => video.codecs,
    onWatch: (codecs) => {
      video.need(codecs);
    },
  });
  const server = await openGuardedServer({
    ...{ name: 'preview', host, port, isExposed, token, maxClients, logger },
    longestMessage: LONGEST_MESSAGE,
    pages: await loadPage(join(import.meta.dirname, 'web'), PAGE),
    onSocket: audience.welcome.bind(audience),
  });
  let isCurtain = true;
  const timers = [
    setInterval(() => {
      audience.sayStatus();
    }, STATUS_EVERY),
    setInterval(() => {
      audience.checkAlive();
    }, ALIVE_EVERY),
  ];
  return {
    name: 'preview',
    url: `http://${addressFor(host)}:${server.port}/${token}/`,
    get clients() {
      return audience.size;
    },
    get dropped() {
      return audience.dropped + video.dropped;
    },
    write: (frame) => {
      // Why the picture is covered should be known when it is.
      if ((frame.boxes === null) !== isCurtain) audience.sayStatus();
      isCurtain = frame.boxes === null;
      video.write(frame);
    },
    degrade: (level) => {
      video.setQuality(level);
    },
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      await Promise.all([server.close(), video.close()]);
    },
  };
}
