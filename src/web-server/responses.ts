import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PageFile } from './pages.ts';

/** Sends a file of a page, which may load only resources of this server. */
export function sendPage(request: IncomingMessage, response: ServerResponse, page: PageFile): void {
  // `ws:` in addition to 'self': for older browsers, 'self' does not include sockets to the own host.
  const socket = `ws://${request.headers.host ?? ''}`;
  const policy = [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'"],
    ...[`connect-src 'self' ${socket}`, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  ];
  send(request, response, { ...page, policy: policy.join('; ') });
}

/** Sends bytes that a page requested: a picture, a list. Not cached. */
export function sendBytes(request: IncomingMessage, response: ServerResponse, file: PageFile): void {
  send(request, response, { ...file, policy: NOTHING });
}

/** Answers with a sentence. */
export function sendRefusal(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, {
    ...headers(NOTHING),
    'Content-Type': 'text/plain; charset=utf-8',
    Connection: 'close',
  });
  response.end(`${text}\n`);
}

const NOTHING = "default-src 'none'; frame-ancestors 'none'";

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { type, body, policy }: PageFile & { readonly policy: string },
): void {
  response.writeHead(200, { ...headers(policy), 'Content-Type': type, 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function headers(policy: string): Record<string, string> {
  return {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
    'Cache-Control': 'no-store',
  };
}
