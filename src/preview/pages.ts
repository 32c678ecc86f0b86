import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

/** A file of the page, ready to be sent. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

/** All there is; nothing else of the disk can be asked for. */
const FILES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  ...Object.fromEntries(
    [
      'main',
      'clock',
      'connection',
      'controls',
      'decoders',
      'element',
      'graph',
      'message',
      'picture',
      'readings',
      'stage',
    ].map((name) => [`${name}.js`, 'text/javascript; charset=utf-8']),
  ),
};

/** Reads the page into memory. */
export async function loadPages(): Promise<ReadonlyMap<string, PageFile>> {
  const folder = join(import.meta.dirname, 'web');
  const entries = Object.entries(FILES).map(async ([name, type]) => {
    return [name, { type, body: await readFile(join(folder, name)) }] as const;
  });
  return new Map(await Promise.all(entries));
}

/** Sends a file of the page. */
export function sendPage(request: IncomingMessage, response: ServerResponse, page: PageFile): void {
  // `ws:` beside 'self': older browsers do not count a socket to the own host as 'self'.
  const socket = `ws://${request.headers.host ?? ''}`;
  response.writeHead(200, {
    ...headers(
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    ),
    'Content-Type': page.type,
    'Content-Length': page.body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : page.body);
}

/** Answers with a sentence. */
export function sendRefusal(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, {
    ...headers("default-src 'none'; frame-ancestors 'none'"),
    'Content-Type': 'text/plain; charset=utf-8',
    Connection: 'close',
  });
  response.end(`${text}\n`);
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
