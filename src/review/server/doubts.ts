import type { UncertaintyReason } from '../../frame/track.ts';
import type { Project, ReviewSpan } from '../project.ts';

/** There are many of them, and hardly one is a face: they are shown last, and nobody has to go through them. */
const MINOR: readonly UncertaintyReason[] = ['weak-only', 'dismissed'];

export function isMinor({ reason }: Pick<ReviewSpan, 'reason'>): boolean {
  return MINOR.includes(reason);
}

/** What has to be looked at before a video is published, and has not been. */
export function doubtsOf({ spans }: Pick<Project, 'spans'>): readonly ReviewSpan[] {
  return spans.filter((span) => !span.isReviewed && !isMinor(span));
}
