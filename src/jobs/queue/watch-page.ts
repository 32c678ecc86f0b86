import { join } from 'node:path';
import type { Logger } from '../../logger.ts';
import { addressFor, newToken } from '../../web-server/guard.ts';
import { openGuardedServer } from '../../web-server/guarded-server.ts';
import { loadPage } from '../../web-server/pages.ts';
import type { QueueStatus } from './queue-status.ts';

/** An open page. */
export interface WatchPage extends AsyncDisposable {
  /** To be opened in a browser; contains the access key. */
  readonly url: string;
}

/** Shortest time between two reads of the queue, for all pages together, milliseconds. */
const FRESH = 1_000;

/**
 * Opens a read-only page that shows the queue, for this machine alone.
 *
 * @throws VeilError PREVIEW_UNAVAILABLE if the port is not available
 */
export async function openWatchPage(options: {
  readonly port: number;
  readonly logger: Logger;
  readonly read: () => Promise<QueueStatus>;
}): Promise<WatchPage> {
  const { port, logger } = options;
  const host = '127.0.0.1';
  const token = newToken();
  const read = remembered(options.read);
  const server = await openGuardedServer({
    ...{ name: 'page of the queue', host, port, isExposed: false, token, maxClients: 8, logger },
    longestMessage: 1,
    pages: await loadPage(join(import.meta.dirname, 'web'), ['index.html', 'style.css', 'main.js']),
    onSocket: (socket) => {
      socket.close();
    },
    answer: async (path) =>
      path === 'status.json'
        ? { type: 'application/json', body: Buffer.from(JSON.stringify(await read())) }
        : null,
  });
  return {
    url: `http://${addressFor(host)}:${server.port}/${token}/`,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function remembered<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly value: Promise<T> } | null = null;
  return () => {
    const now = performance.now();
    if (last === null || now - last.at > FRESH) last = { at: now, value: read() };
    return last.value;
  };
}
