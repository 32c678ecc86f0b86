import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** A file of a page, ready to be sent. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Files shared by all pages: colours and controls of Veil, its icon, and access to elements. */
const SHARED = ['theme.css', 'icon.svg', 'element.js'];

/**
 * Reads a page into memory: the named files, and the shared ones. Requests can reach no other file on disk.
 */
export async function loadPage(
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, PageFile>> {
  const files = [
    ...names.map((name) => ({ name, from: folder })),
    ...SHARED.map((name) => ({ name, from: join(import.meta.dirname, 'theme') })),
  ];
  return new Map(
    await Promise.all(
      files.map(async ({ name, from }) => {
        const file: PageFile = { type: TYPES[extname(name)]!, body: await readFile(join(from, name)) };
        return [name, file] as const;
      }),
    ),
  );
}
