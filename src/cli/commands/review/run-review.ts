import { aborted } from '../../../base/aborted.ts';
import { EXIT, VeilError } from '../../../errors.ts';
import { openReview, type OpenReview, type OpenReviewOptions } from '../../../review/open-review.ts';
import type { Io } from '../../io.ts';
import { withSignals } from '../../shutdown.ts';
import type { ReviewFlags } from './review-flags.ts';
import { reviewerName } from './reviewer-name.ts';
import { ReviewTeller } from './review-teller.ts';

/** Files and options of a review. */
export interface ReviewJob extends Pick<
  OpenReviewOptions,
  'input' | 'output' | 'reportPath' | 'tracks' | 'config' | 'logger'
> {
  /** Arguments of `veil review` that open the same review again. */
  readonly again: readonly string[];
}

/** Omitted flags have the defaults of `veil review`. */
export type RunReviewFlags = Partial<Omit<ReviewFlags, 'tracks' | 'output'>>;

/**
 * Opens a review, and waits until the user closes it, it is idle for too long, or the process is stopped.
 *
 * @returns the exit code: 0 if everything is reviewed and rendered, else 3
 * @throws VeilError for errors that prevent the start
 */
export async function runReview(job: ReviewJob, flags: RunReviewFlags, io: Io): Promise<number> {
  const tell = new ReviewTeller(io, flags);
  const by = reviewerName(flags.by, io.env);
  return withSignals(io, async (signal) => {
    await using open = await openReview({
      ...job,
      signal,
      ...{ port: portOf(flags), idleMs: idleMsOf(flags) },
      takesOver: flags.takeOver === true,
      by,
    });
    tell.where(open.url);
    open.opened.then(
      (holder) => {
        if (holder !== null) tell.isReadOnly(holder, job.again);
      },
      // `open.ended` reports the error.
      () => undefined,
    );
    const end = await Promise.race([open.ended, aborted(signal).then(() => 'stopped' as const)]);
    return conclude(open, end, tell);
  });
}

/** Reports what is left to do. */
function conclude(open: OpenReview, end: 'closed' | 'idle' | 'stopped', tell: ReviewTeller): number {
  const { openDoubts, openFindings, isRendered } = open.status();
  const left = openDoubts + openFindings;
  tell.end({ isIdle: end === 'idle', left, isRendered });
  return left === 0 && isRendered ? EXIT.done : EXIT.review;
}

/** @throws VeilError USAGE */
export function portOf({ port = '0' }: RunReviewFlags): number {
  return whole(port, '--port', 0, 65_535);
}

/** @throws VeilError USAGE */
export function idleMsOf({ idle = '30' }: RunReviewFlags): number {
  return whole(idle, '--idle', 1, 1440) * 60_000;
}

function whole(text: string, flag: string, from: number, to: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= from && value <= to) return value;
  throw new VeilError('USAGE', `${flag} ${text} is not a whole number from ${from} to ${to}.`);
}
