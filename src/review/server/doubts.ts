import type { Project, ReviewSpan } from '../project.ts';

/** What deserves a look before a video is published, and got none. */
export function doubtsOf({ spans }: Pick<Project, 'spans'>): readonly ReviewSpan[] {
  return spans.filter((span) => !span.isReviewed);
}
