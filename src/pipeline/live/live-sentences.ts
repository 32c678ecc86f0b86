import type { OverloadStep } from './overload.ts';
import type { UnseenReason } from './release-rule.ts';

/** Why the whole picture of a live run is covered, or was: a code, for which {@link coverText} has the sentence. */
export type CoverReason = UnseenReason | 'starting' | 'cover-failed';

const REASONS: Readonly<Record<CoverReason, string>> = {
  starting: 'The detector has not seen a frame yet.',
  late: 'Detection is late.',
  gap: 'Looks are too far apart.',
  unobserved: 'The detector has not looked at this scene yet.',
  'cover-failed': 'Faces could not be covered.',
};

const STEPS: Readonly<Record<OverloadStep, string>> = {
  'fewer-looks': 'looks less often',
  'smaller-looks': 'takes smaller looks',
  'preview-quality': 'lowers the quality of the preview',
  'preview-rate': 'lowers the rate of the preview',
};

/** What the user can do about a machine that is too slow. */
const ADVICE =
  'Close other programs, or start Veil with a smaller picture (--size 640x360) or with more time (--delay 400).';

/** A reason as the log and the preview say it. */
export function coverText(reason: CoverReason): string {
  return REASONS[reason];
}

/** What is done against overload now, and what the user can do, for the log. */
export function overloadNotice(steps: readonly OverloadStep[]): string {
  if (steps.length === 0) return 'No longer overloaded.';
  return `The machine is overloaded, so Veil ${overloadText(steps)}. ${ADVICE}`;
}

/** What is done against overload, one phrase a step, such as `looks less often`. */
export function overloadTexts(steps: readonly OverloadStep[]): string[] {
  return steps.map((step) => STEPS[step]);
}

/** The same as one phrase: `looks less often and takes smaller looks`. */
function overloadText(steps: readonly OverloadStep[]): string {
  const texts = overloadTexts(steps);
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)!}`;
}
