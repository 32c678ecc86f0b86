import type { Confirmation } from '../frame/detection.ts';
import type { Scene } from './scenes.ts';
import type { Tracklet } from './tracklet.ts';
import type { Tuning } from './tuning.ts';

/** Criteria for candidates. */
export interface Judgement {
  /** Height of the frames, pixels. */
  readonly height: number;
  readonly threshold: number;
  readonly confirmation: Confirmation;
  readonly tuning: Pick<Tuning, 'largeFace'>;
}

/**
 * Whether a candidate stayed too weak to count as a face although its scene got another look. Until then, and in a
 * still, every detection counts.
 */
export function isDismissed(
  path: Pick<Tracklet, 'first' | 'best' | 'score' | 'count'>,
  { lastLook }: Pick<Scene, 'lastLook'>,
  { height, threshold, confirmation, tuning }: Judgement,
): boolean {
  if (path.score < threshold) return true;
  if ((lastLook ?? 0) <= path.first.frame) return false;
  const share = Math.min(1, path.best.box.height / height / tuning.largeFace);
  return path.score < Math.max(path.count === 1 ? confirmation.seenOnce : 0, confirmation.largeFace * share);
}
