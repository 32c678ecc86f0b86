import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { reasonOf } from '../base/reason.ts';
import { VeilError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { checkExposure, isLoopback, isOwnHost, isOwnOrigin, isToken } from './guard.ts';
import type { PageFile } from './pages.ts';
import { RateLimit } from './rate-limit.ts';
import { sendBytes, sendPage, sendRefusal } from './responses.ts';
import { Strangers } from './strangers.ts';

export interface GuardedServerOptions {
  /** Its name in messages: `preview`. */
  readonly name: string;
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly isExposed: boolean;
  readonly token: string;
  /** Limit of open sockets. */
  readonly maxClients: number;
  /** Largest message on a socket, bytes. */
  readonly longestMessage: number;
  /** Files of pages, by their paths below the token. */
  readonly pages: Pick<ReadonlyMap<string, PageFile>, 'get'>;
  readonly logger: Logger;
  /** Called for a page that has shown the key. `path`: path of its socket below the token. */
  readonly onSocket: (socket: WebSocket, path: string) => void;
  /** Whether there is a socket at a path below the token. Default: only at `socket`. */
  readonly hasSocket?: (path: string) => boolean;
  /** Answers other paths below the token than files of the page; null for unknown ones. */
  readonly answer?: (path: string) => Promise<PageFile | null>;
}

/** A listening server. */
export interface GuardedServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Limit of connections without the key; a page needs some milliseconds to show it. */
const MOST_STRANGERS = 32;

/** The refusal of a request: a status and a sentence. */
type Refusal = readonly [code: number, text: string];

/**
 * Serves a page and its socket below `/TOKEN/`, so that every request carries the token and relative links keep it.
 *
 * @throws VeilError USAGE for an address that other machines can reach, PREVIEW_UNAVAILABLE if it is not available
 */
export async function openGuardedServer(options: GuardedServerOptions): Promise<GuardedServer> {
  const { name, longestMessage, logger, maxClients } = options;
  checkExposure(options.host, options.isExposed);
  // Browsers send about 2 KB of headers; pages need no more connections than this.
  const http = createServer({ maxHeaderSize: 8192, requestTimeout: 10_000, headersTimeout: 5_000 });
  const strangers = new Strangers(MOST_STRANGERS);
  http.maxConnections = maxClients * 8 + MOST_STRANGERS;
  http.on('connection', (socket) => {
    strangers.add(socket);
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: longestMessage,
    perMessageDeflate: false,
  });
  // Keep repeated attempts from filling the log.
  const warnings = new RateLimit(0.1, 5);
  http.on('request', (request, response) => {
    const refusal = refuse(request, options, portOf(http));
    if (refusal !== null) {
      sendRefusal(response, ...refusal);
      return;
    }
    strangers.remove(request.socket);
    void respond(request, response, options);
  });
  http.on('upgrade', (request, stream: Duplex, head) => {
    stream.on('error', () => undefined);
    const refusal = refuseSocket(request, options, { port: portOf(http), clients: sockets.clients.size });
    if (refusal !== null) {
      if (warnings.take()) logger.warn(`The ${name} refused a socket: ${refusal[1]}`);
      // Destroy it as well: a connection that the other side keeps half open would outlive the server.
      stream.end(`HTTP/1.1 ${refusal[0]} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
        stream.destroy(),
      );
      return;
    }
    strangers.remove(request.socket);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      options.onSocket(socket, pathOf(request));
    });
  });
  await listen(http, options);
  return {
    port: portOf(http),
    close: async () => {
      for (const socket of sockets.clients) socket.close(1001, `The ${name} ends.`);
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

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { pages, answer, name, logger }: GuardedServerOptions,
): Promise<void> {
  const path = pathOf(request);
  const page = pages.get(path === '' ? 'index.html' : path);
  if (page !== undefined) {
    sendPage(request, response, page);
    return;
  }
  try {
    const made = (await answer?.(path)) ?? null;
    if (made === null) sendRefusal(response, 404, 'Page not found.');
    else sendBytes(request, response, made);
  } catch (error) {
    // The page only learns that it failed; the reason may contain paths, and is for the log alone.
    logger.warn(`The ${name} could not answer: ${reasonOf(error)}`);
    sendRefusal(response, 500, 'That did not work; see the log.');
  }
}

async function listen(http: Server, { name, host, port, isExposed }: GuardedServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (cause) => {
      reject(
        new VeilError('PREVIEW_UNAVAILABLE', `The ${name} can't listen at ${host}:${port}.`, {
          hint: 'Choose another port, or 0 for a free one.',
          cause,
        }),
      );
    });
    http.listen({ host, port, exclusive: true }, resolve);
  });
  // The resolver of this machine decides on the meaning of `localhost`.
  if (!isExposed && !isLoopback((http.address() as AddressInfo).address)) {
    http.close();
    checkExposure((http.address() as AddressInfo).address, isExposed);
  }
}

/** The path below the token. */
function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('/').slice(2).join('/');
}

function portOf(http: Server): number {
  return (http.address() as AddressInfo | null)?.port ?? 0;
}

function refuse(request: IncomingMessage, options: GuardedServerOptions, port: number): Refusal | null {
  const [, token = ''] = (request.url ?? '').split('/');
  if (!isOwnHost(request.headers.host, { host: options.host, port })) {
    return [421, 'Unknown host name.'];
  }
  if (!isToken(token, options.token)) return [401, 'Open the URL that veil printed: it holds the key.'];
  return request.method === 'GET' || request.method === 'HEAD' ? null : [405, 'Only GET is understood.'];
}

function refuseSocket(
  request: IncomingMessage,
  options: GuardedServerOptions,
  { port, clients }: { port: number; clients: number },
): Refusal | null {
  const refusal = refuse(request, options, port);
  if (refusal !== null) return refusal;
  if (!isOwnOrigin(request.headers.origin, request.headers.host)) return [403, 'It comes from another page.'];
  const { hasSocket = (path) => path === 'socket' } = options;
  if (!hasSocket(pathOf(request))) return [404, 'Socket not found.'];
  return clients >= options.maxClients ? [503, 'Too many pages are open.'] : null;
}
