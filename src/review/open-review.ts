import { join } from 'node:path';
import { Deferred } from '../base/deferred.ts';
import { addressFor, newToken } from '../web-server/guard.ts';
import { openGuardedServer } from '../web-server/guarded-server.ts';
import { loadPage } from '../web-server/pages.ts';
import { LONGEST_MESSAGE } from './server/protocol.ts';
import type { Holder } from './lock.ts';
import { Review, type ReviewOptions } from './server/review.ts';
import type { ReviewStatus } from './server/session.ts';
import { PAGE } from './web-files.ts';

export interface OpenReviewOptions extends Omit<ReviewOptions, 'onClose'> {
  /** 0 takes a free one. */
  readonly port: number;
  /** A review that nobody works on for so long ends, ms. */
  readonly idleMs: number;
}

/** A review that is open. */
export interface OpenReview extends AsyncDisposable {
  /** To be opened in a browser; it holds the key. */
  readonly url: string;
  /** The process that reviews the file already, which makes this review read-only; null where there is none. */
  readonly opened: Promise<Holder | null>;
  /** Resolves when the review ends: its page asks for it, or nobody works on it. Rejects where it can't begin. */
  readonly ended: Promise<'closed' | 'idle'>;
  status(): ReviewStatus;
}

/** Pages of one review that may be open. */
const MOST_PAGES = 4;
const LOOK_EVERY_MS = 1000;

/**
 * Opens a review: a page on a local web server, for this machine alone, that shows the video with what is covered in it.
 *
 * @throws VeilError PREVIEW_UNAVAILABLE where the page can't be served
 */
export async function openReview(options: OpenReviewOptions): Promise<OpenReview> {
  const { port, idleMs, logger } = options;
  const end = new Deferred<'closed' | 'idle'>();
  const review = new Review({
    ...options,
    onClose: () => {
      end.resolve('closed');
    },
  });
  const [host, token] = ['127.0.0.1', newToken()];
  const server = await openGuardedServer({
    ...{ name: 'review', host, port, isExposed: false, token, maxClients: MOST_PAGES, logger },
    longestMessage: LONGEST_MESSAGE,
    pages: await loadPage(join(import.meta.dirname, 'web'), PAGE),
    onSocket: (socket) => {
      review.clients.welcome(socket);
    },
    answer: (path) => review.answer(path),
  });
  const timer = setInterval(() => {
    if (review.idleFor > idleMs) end.resolve('idle');
  }, LOOK_EVERY_MS);
  const opened = review.open();
  opened.catch((error: unknown) => {
    end.reject(error);
  });
  return {
    url: `http://${addressFor(host)}:${server.port}/${token}/`,
    opened,
    ended: end.promise,
    status: () => review.status(),
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await server.close();
      await review[Symbol.asyncDispose]();
    },
  };
}
