import { Deferred } from '../base/deferred.ts';
import type { Logger } from '../logger.ts';
import { addressFor, newToken } from '../web-server/guard.ts';
import { openGuardedServer, type GuardedServerOptions } from '../web-server/guarded-server.ts';
import { LONGEST_MESSAGE } from './server/protocol.ts';

/** How a review ended: the user closed it on the page, or it was idle for too long. */
export type ReviewEnd = 'closed' | 'idle';

export interface ServeReviewOptions extends Pick<
  GuardedServerOptions,
  'pages' | 'onSocket' | 'hasSocket' | 'answer' | 'maxClients'
> {
  /** 0 picks a free port. */
  readonly port: number;
  /** An unused review ends after this time, ms. */
  readonly idleMs: number;
  readonly logger: Logger;
  /** The page's request to end the review resolves it. */
  readonly end: Deferred<ReviewEnd>;
  /** Milliseconds since the last activity. */
  readonly idleFor: () => number;
  /** Called regularly while the review is open. */
  readonly onTick?: () => void;
}

/** A review that can be opened in a browser; disposing of it ends the server. */
export interface ServedReview extends AsyncDisposable {
  /** Contains the access key. */
  readonly url: string;
}

const LOOK_EVERY_MS = 500;

/**
 * Serves a review to this machine alone, and ends it after too long without activity.
 *
 * @throws VeilError PREVIEW_UNAVAILABLE where the page can't be served
 */
export async function serveReview(options: ServeReviewOptions): Promise<ServedReview> {
  const { idleMs, end, idleFor, onTick, ...served } = options;
  const [host, token] = ['127.0.0.1', newToken()];
  const server = await openGuardedServer({
    ...served,
    ...{ name: 'review', host, isExposed: false, token, longestMessage: LONGEST_MESSAGE },
  });
  const timer = setInterval(() => {
    onTick?.();
    if (idleFor() > idleMs) end.resolve('idle');
  }, LOOK_EVERY_MS);
  return {
    url: `http://${addressFor(host)}:${server.port}/${token}/`,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await server.close();
    },
  };
}
