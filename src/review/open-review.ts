import { join } from 'node:path';
import { Deferred } from '../base/deferred.ts';
import { loadPage } from '../web-server/pages.ts';
import type { Holder } from './lock.ts';
import { Review, type ReviewOptions } from './server/review.ts';
import { serveReview, type ReviewEnd } from './serve-review.ts';
import type { ReviewStatus } from './server/session.ts';
import { PAGE } from './web-files.ts';

export interface OpenReviewOptions extends Omit<ReviewOptions, 'onClose' | 'detector' | 'isListed'> {
  /** 0 picks a free port. */
  readonly port: number;
  /** An unused review ends after this time, ms. */
  readonly idleMs: number;
}

/** A review that is open. */
export interface OpenReview extends AsyncDisposable {
  /** To be opened in a browser; contains the access key. */
  readonly url: string;
  /** The process that already reviews the file, which makes this review read-only; null if there is none. */
  readonly opened: Promise<Holder | null>;
  /** Resolves when the review ends: the user closes it, or it is idle for too long. Rejects where it can't begin. */
  readonly ended: Promise<ReviewEnd>;
  status(): ReviewStatus;
}

const UNOPENED: ReviewStatus = { openDoubts: 0, openFindings: 0, isRendered: false, isChanged: false };
/** Largest number of open pages of one review. */
const MOST_PAGES = 4;

/**
 * Opens a review: a page from a web server that only this machine can reach. It shows the video with its covers.
 *
 * @throws VeilError PREVIEW_UNAVAILABLE where the page can't be served
 */
export async function openReview(options: OpenReviewOptions): Promise<OpenReview> {
  const end = new Deferred<ReviewEnd>();
  const review = new Review({
    ...options,
    onClose: () => {
      end.resolve('closed');
    },
  });
  const server = await serveReview({
    ...options,
    end,
    maxClients: MOST_PAGES,
    pages: await loadPage(join(import.meta.dirname, 'web'), PAGE),
    onSocket: (socket) => {
      review.clients.welcome(socket);
    },
    answer: (path) => review.answer(path),
    idleFor: () => review.idleFor,
  });
  const opened = review.open();
  opened.catch((error: unknown) => {
    end.reject(error);
  });
  return {
    url: server.url,
    opened,
    ended: end.promise,
    status: () => review.status() ?? UNOPENED,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await review[Symbol.asyncDispose]();
    },
  };
}
