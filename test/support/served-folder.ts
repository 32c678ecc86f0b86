import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A web server with the current files of a folder. */
export interface ServedFolder extends AsyncDisposable {
  readonly url: string;
  /** Resolves when a file exists and matches this. */
  hasServable(name: string, text: RegExp): Promise<void>;
}

/** Serves a folder at a free port of this machine. */
export async function servedFolder(folder: string): Promise<ServedFolder> {
  const server = createServer((request, response) => {
    readFile(join(folder, basename(request.url ?? ''))).then(
      (body) => response.end(body),
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hasServable: async (name, text) => {
      while (!text.test(await readFile(join(folder, name), 'utf8').catch(() => ''))) await sleep(50);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
