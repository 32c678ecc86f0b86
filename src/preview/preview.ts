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
  /** Address to listen on. Anything but loopback needs `isExposed`. */
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Admits other machines: anyone with the URL sees the picture and has the controls. */
  readonly isExposed: boolean;
  /** The access key in the URL. Default: a new one; given only if a URL must outlive a restart. */
  readonly token?: string | undefined;
  /** Limit of open pages. Default 8. */
  readonly maxClients?: number | undefined;
  readonly control: LiveControl;
  readonly status: () => LiveStatus;
  readonly ffmpeg: string;
  /** Approximate frame rate of the source. */
  readonly frameRate: number;
  readonly color: RawVideo['color'];
  /** Style of the covers, for their outlines. */
  readonly cover: { readonly shape: Shape; readonly padding: number };
  readonly logger: Logger;
}

/** An open preview. */
export interface Preview extends LiveOutput {
  /** To be opened in a browser; contains the access key. */
  readonly url: string;
  /** Number of open pages. */
  readonly clients: number;
  /** From level 2 on it shows fewer pictures. */
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
 * Opens the preview: a page from a local web server that shows covered frames and the controls of a live run.
 *
 * @throws VeilError USAGE for an address that other machines can reach, PREVIEW_UNAVAILABLE if it is not available
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
      // Pages should know the reason when the picture becomes covered.
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
