import { assertNever } from '../errors.ts';
import type { UncertainSpan } from '../frame/track.ts';

/** An uncertain span in words, such as `track 12 ended in the open`. */
export function uncertaintyText({ trackId, reason }: UncertainSpan, seconds: number): string {
  switch (reason) {
    case 'ended-in-open':
      return `track ${trackId} ended in the open`;
    case 'started-in-open':
      return `track ${trackId} started in the open`;
    case 'long-gap':
      return `track ${trackId} was not seen for ${seconds.toFixed(1)} s`;
    case 'weak-only':
      return `weak face for ${seconds.toFixed(1)} s, track ${trackId}`;
    case 'seen-once':
      return `track ${trackId} was seen in a single look`;
    default:
      return assertNever(reason);
  }
}
