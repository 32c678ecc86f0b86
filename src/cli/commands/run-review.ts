import { EXIT, VeilError } from '../../errors.ts';
import { openReview, type OpenReview, type OpenReviewOptions } from '../../review/open-review.ts';
import type { Io } from '../io.ts';
import { withSignals } from '../shutdown.ts';
import type { ReviewFlags } from './review-flags.ts';
import { reviewerName } from './reviewer-name.ts';
import { ReviewTeller } from './review-teller.ts';

/** What is reviewed, and what becomes of it. */
export interface ReviewJob extends Pick<
  OpenReviewOptions,
  'input' | 'output' | 'reportPath' | 'tracks' | 'config' | 'logger'
> {
  /** The arguments with which `veil review` opens the same. */
  readonly again: readonly string[];
}

/** What may be left out has the defaults of `veil review`. */
export type RunReviewFlags = Partial<Omit<ReviewFlags, 'tracks' | 'output'>>;

/**
 * Opens a review, and waits until its page ends it, nobody works on it, or it is stopped.
 *
 * @returns the exit code: 0 when everything was reviewed and the output holds it, 3 when something is left
 * @throws VeilError for what keeps it from starting
 */
export async function runReview(job: ReviewJob, flags: RunReviewFlags, io: Io): Promise<number> {
  const tell = new ReviewTeller(io, flags);
  const by = reviewerName(flags.by, io.env);
  return withSignals(io, async (signal) => {
    await using open = await openReview({
      ...job,
      signal,
      port: whole(flags.port ?? '0', '--port', 0, 65_535),
      idleMs: whole(flags.idle ?? '30', '--idle', 1, 1440) * 60_000,
      takesOver: flags.takeOver === true,
      by,
    });
    tell.where(open.url);
    open.opened.then(
      (holder) => {
        if (holder !== null) tell.isReadOnly(holder, job.again);
      },
      // Whoever waits for the end is told.
      () => undefined,
    );
    const end = await Promise.race([open.ended, stopped(signal)]);
    return conclude(open, end, tell);
  });
}

/** Says what is left to do. */
function conclude(open: OpenReview, end: 'closed' | 'idle' | 'stopped', tell: ReviewTeller): number {
  const { openDoubts, openFindings, isRendered } = open.status();
  const left = openDoubts + openFindings;
  tell.end({ isIdle: end === 'idle', left, isRendered });
  return left === 0 && isRendered ? EXIT.done : EXIT.review;
}

function stopped(signal: AbortSignal): Promise<'stopped'> {
  return new Promise((resolve) => {
    const stop = (): void => {
      resolve('stopped');
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}

function whole(text: string, flag: string, from: number, to: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= from && value <= to) return value;
  throw new VeilError('USAGE', `${flag} ${text} is not a whole number from ${from} to ${to}.`);
}
