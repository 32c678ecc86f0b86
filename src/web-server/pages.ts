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

/** What every page has: the colours and controls of Veil, its icon, and how an element is found. */
const SHARED = ['theme.css', 'icon.svg', 'element.js'];

/**
 * Reads a page into memory: the files that are named, and the shared ones. Nothing else of the disk can be asked for.
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
