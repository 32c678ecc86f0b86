import { join } from 'node:path';
import { Deferred } from '../base/deferred.ts';
import { loadPage, type PageFile } from '../web-server/pages.ts';
import { FolderReview, type FolderReviewOptions, type FolderStatus } from './folder/folder-review.ts';
import { serveReview, type ReviewEnd } from './serve-review.ts';
import { LIST_PAGE, PAGE, SHARED_WITH_LIST } from './web-files.ts';

export interface OpenFolderOptions extends Omit<FolderReviewOptions, 'onClose'> {
  /** 0 picks a free port. */
  readonly port: number;
  /** An unused review ends after this time, ms. */
  readonly idleMs: number;
}

/** The review of a folder that is open. */
export interface OpenFolder extends AsyncDisposable {
  /** To be opened in a browser; contains the access key. */
  readonly url: string;
  /** Resolves when the review ends: the user closes it on the page, or it is idle for too long. */
  readonly ended: Promise<ReviewEnd>;
  /** Ends the reviews of all files, and says what is left. */
  finish(): Promise<FolderStatus>;
}

/** Largest number of open pages: of the list, and of files. */
const MOST_PAGES = 8;
/** Paths below it are those of the page of one file. */
const OF_FILE = /^(\d{1,5})\/(.*)$/;

/**
 * Opens the review of a folder: a page that lists its files, and below it a page for each, all from one web server that
 * only this machine can reach.
 *
 * @throws VeilError PREVIEW_UNAVAILABLE where the page can't be served
 */
export async function openFolder(options: OpenFolderOptions): Promise<OpenFolder> {
  const end = new Deferred<ReviewEnd>();
  const folder = new FolderReview({
    ...options,
    onClose: () => {
      end.resolve('closed');
    },
  });
  const server = await serveReview({
    ...options,
    end,
    maxClients: MOST_PAGES,
    pages: await loadPages(folder),
    hasSocket: (path) => path === 'socket' || fileOf(folder, path)?.rest === 'socket',
    onSocket: (socket, path) => {
      const found = fileOf(folder, path);
      if (found === null) folder.welcome(socket);
      else found.file.welcome(socket);
    },
    answer: async (path) => {
      const found = fileOf(folder, path);
      return found === null ? null : found.file.answer(found.rest);
    },
    idleFor: () => folder.idleFor,
    onTick: () => void folder.tick(),
  });
  return {
    url: server.url,
    ended: end.promise,
    finish: () => folder.finish(),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The page of the list, and the review page for every file of the folder. */
async function loadPages(folder: FolderReview): Promise<{ get: (path: string) => PageFile | undefined }> {
  const [own, shared, review] = await Promise.all([
    loadPage(join(import.meta.dirname, 'folder/web'), LIST_PAGE),
    loadPage(join(import.meta.dirname, 'web'), SHARED_WITH_LIST),
    loadPage(join(import.meta.dirname, 'web'), PAGE),
  ]);
  const list = new Map([...shared, ...own]);
  return {
    get: (path) => {
      const found = fileOf(folder, path);
      if (found === null) return list.get(path);
      return review.get(found.rest === '' ? 'index.html' : found.rest);
    },
  };
}

function fileOf(
  folder: FolderReview,
  path: string,
): { readonly file: NonNullable<ReturnType<FolderReview['file']>>; readonly rest: string } | null {
  const [, id, rest = ''] = OF_FILE.exec(path) ?? [];
  const file = id === undefined ? undefined : folder.file(Number(id));
  return file === undefined ? null : { file, rest };
}
