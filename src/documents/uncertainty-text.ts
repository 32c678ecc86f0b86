import type { UncertainSpan, UncertaintyReason } from '../frame/track.ts';

const TEXTS: Readonly<Record<UncertaintyReason, (trackId: number, seconds: string) => string>> = {
  'ended-in-open': (trackId) => `track ${trackId} vanishes in the middle of the picture`,
  'started-in-open': (trackId) => `track ${trackId} appears in the middle of the picture`,
  'long-gap': (trackId, seconds) => `track ${trackId} was not seen for ${seconds} s`,
  'weak-only': (trackId, seconds) => `track ${trackId} has only low scores for ${seconds} s`,
  'seen-once': (trackId) => `track ${trackId} was seen in a single look`,
  dismissed: (_, seconds) => `possible face, not covered for ${seconds} s`,
};

/** All reasons. */
export const UNCERTAINTY_REASONS: readonly UncertaintyReason[] = Object.keys(TEXTS) as UncertaintyReason[];

/** An uncertain span in words, such as `track 12 vanishes in the middle of the picture`. */
export function uncertaintyText({ trackId, reason }: UncertainSpan, seconds: number): string {
  return TEXTS[reason](trackId, seconds.toFixed(1));
}
