import type { CurtainReason } from '../../frame/decision.ts';
import type { LiveStatus, OverloadStep } from '../../frame/live-output.ts';

const REASONS: Readonly<Record<CurtainReason, string>> = {
  starting: 'The detector has not run yet.',
  late: 'Detection is late.',
  gap: 'Looks are too far apart.',
  unobserved: 'The detector has not looked at this scene yet.',
  detector: 'The detector failed and is being started again.',
  cover: 'Faces could not be covered.',
  panic: 'Everything is covered by hand.',
  'no-source': 'The source gives no picture.',
  'tracks-file': 'The tracks file says so.',
};

const STEPS: Readonly<Record<OverloadStep, string>> = {
  'fewer-looks': 'looks less often',
  'smaller-looks': 'takes smaller looks',
  'preview-quality': 'lowers the quality of the preview',
  'preview-rate': 'lowers the rate of the preview',
};

/** Advice for a machine that is too slow. */
const ADVICE =
  'Close other programs, or start Veil with a smaller picture (--size 640x360) or with more time (--delay 400).';

/** What the log says when the user covers everything. */
export const PANIC_NOTICE = REASONS.panic;

/** Reasons that follow each other on a machine that is too slow: the user can do the same about all of them. */
const BEHIND: ReadonlySet<unknown> = new Set<CurtainReason>(['late', 'gap', 'unobserved']);

/** What the log says of a new reason to cover the picture, null to show it; null if it is nothing new. */
export function curtainNotice(
  before: CurtainReason | null | undefined,
  reason: CurtainReason | null,
): string | null {
  if (reason === before || (BEHIND.has(reason) && BEHIND.has(before))) return null;
  return reason === null ? 'The picture is shown.' : `The picture is covered. ${REASONS[reason]}`;
}

/** Why the picture is covered, for the preview; null while it is live. */
export function coverText({
  reason,
  sourceProblem,
}: Pick<LiveStatus, 'reason' | 'sourceProblem'>): string | null {
  if (reason === null) return null;
  if (reason === 'no-source' && sourceProblem !== null) return `The source is lost: ${sourceProblem}.`;
  return REASONS[reason];
}

/** The active steps against overload, and advice for the user, for the log. */
export function overloadNotice(steps: readonly OverloadStep[]): string {
  if (steps.length === 0) return 'No longer overloaded.';
  return `The machine is overloaded, so Veil ${overloadText(steps)}. ${ADVICE}`;
}

/** Steps against overload, one phrase each, such as `looks less often`. */
export function overloadTexts(steps: readonly OverloadStep[]): string[] {
  return steps.map((step) => STEPS[step]);
}

/** The same as one phrase: `looks less often and takes smaller looks`. */
function overloadText(steps: readonly OverloadStep[]): string {
  const texts = overloadTexts(steps);
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)!}`;
}
