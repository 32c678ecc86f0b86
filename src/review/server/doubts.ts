import type { Project, ReviewSpan } from '../project.ts';

/** Spans that still need a look before the video is published. */
export function doubtsOf({ spans }: Pick<Project, 'spans'>): readonly ReviewSpan[] {
  return spans.filter((span) => !span.isReviewed);
}
