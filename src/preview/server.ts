import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { VeilError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { checkExposure, isLoopback, isOwnHost, isOwnOrigin, isToken } from './guard.ts';
import { loadPages, sendPage, sendRefusal, type PageFile } from './pages.ts';
import { LONGEST_MESSAGE } from './protocol.ts';
import { RateLimit } from './rate-limit.ts';
import { Strangers } from './strangers.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly isExposed: boolean;
  readonly token: string;
  readonly maxClients: number;
  readonly logger: Logger;
  readonly onSocket: (socket: WebSocket) => void;
}

/** A server that listens. */
export interface PreviewServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Connections without the key that are kept; a page needs some milliseconds to show it. */
const MOST_STRANGERS = 32;

/** Why a request is refused: a status and a sentence. */
type Refusal = readonly [code: number, text: string];

/**
 * Serves the page and its socket below `/TOKEN/`, so that every request carries the token and relative links keep it.
 *
 * @throws VeilError USAGE for an address that other machines reach, PREVIEW_UNAVAILABLE where it can't be listened on
 */
export async function openServer(options: ServerOptions): Promise<PreviewServer> {
  checkExposure(options.host, options.isExposed);
  const pages = await loadPages();
  // Browsers send some 2 KB of headers; pages need no more connections than this.
  const http = createServer({ maxHeaderSize: 8192, requestTimeout: 10_000, headersTimeout: 5_000 });
  const strangers = new Strangers(MOST_STRANGERS);
  http.maxConnections = options.maxClients * 8 + MOST_STRANGERS;
  http.on('connection', (socket) => {
    strangers.add(socket);
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_MESSAGE,
    perMessageDeflate: false,
  });
  // Whoever knocks all day long does not fill the log.
  const warnings = new RateLimit(0.1, 5);
  http.on('request', (request, response) => {
    const refusal = refuse(request, options, portOf(http));
    if (refusal !== null) {
      sendRefusal(response, ...refusal);
      return;
    }
    strangers.remove(request.socket);
    const page = pageFor(request, pages);
    if (page === null) sendRefusal(response, 404, 'Page not found.');
    else sendPage(request, response, page);
  });
  http.on('upgrade', (request, stream: Duplex, head) => {
    stream.on('error', () => undefined);
    const refusal = refuseSocket(request, options, { port: portOf(http), clients: sockets.clients.size });
    if (refusal !== null) {
      if (warnings.take()) options.logger.warn(`Preview: refused a socket: ${refusal[1]}`);
      // Destroyed as well: a connection that the other side keeps half open would outlive the server.
      stream.end(`HTTP/1.1 ${refusal[0]} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
        stream.destroy(),
      );
      return;
    }
    strangers.remove(request.socket);
    sockets.handleUpgrade(request, stream, head, options.onSocket);
  });
  await listen(http, options);
  return {
    port: portOf(http),
    close: async () => {
      for (const socket of sockets.clients) socket.close(1001, 'The preview ends.');
      const timer = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
        http.closeAllConnections();
      }, 500);
      http.closeIdleConnections();
      await new Promise((resolve) => http.close(resolve));
      clearTimeout(timer);
    },
  };
}

async function listen(http: Server, { host, port, isExposed }: ServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (cause) => {
      reject(
        new VeilError('PREVIEW_UNAVAILABLE', `The preview can't listen at ${host}:${port}.`, {
          hint: 'Choose another port, or 0 for a free one.',
          cause,
        }),
      );
    });
    http.listen({ host, port, exclusive: true }, resolve);
  });
  // `localhost` is what this machine's resolver says it is.
  if (!isExposed && !isLoopback((http.address() as AddressInfo).address)) {
    http.close();
    checkExposure((http.address() as AddressInfo).address, isExposed);
  }
}

function portOf(http: Server): number {
  return (http.address() as AddressInfo | null)?.port ?? 0;
}

function refuse(request: IncomingMessage, options: ServerOptions, port: number): Refusal | null {
  const [, token = ''] = (request.url ?? '').split('/');
  if (!isOwnHost(request.headers.host, { host: options.host, port })) {
    return [421, 'Unknown host name.'];
  }
  if (!isToken(token, options.token)) return [401, 'Open the URL that veil printed: it holds the key.'];
  return request.method === 'GET' || request.method === 'HEAD' ? null : [405, 'Only GET is understood.'];
}

function refuseSocket(
  request: IncomingMessage,
  options: ServerOptions,
  { port, clients }: { port: number; clients: number },
): Refusal | null {
  const refusal = refuse(request, options, port);
  if (refusal !== null) return refusal;
  if (!isOwnOrigin(request.headers.origin, request.headers.host)) return [403, 'It comes from another page.'];
  if (request.url !== `/${options.token}/socket`) return [404, 'Socket not found.'];
  return clients >= options.maxClients ? [503, 'Too many pages are open.'] : null;
}

function pageFor(request: IncomingMessage, pages: ReadonlyMap<string, PageFile>): PageFile | null {
  const name = (request.url ?? '').split('/').slice(2).join('/');
  return pages.get(name === '' ? 'index.html' : name) ?? null;
}
