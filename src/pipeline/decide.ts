import type { CurtainReason, Decision, UnseenReason } from '../frame/decision.ts';
import type { TrackBox } from '../frame/track.ts';

/** Facts about a frame at the time of its decision. */
export interface FrameKnowledge {
  /** Why its faces are not known, or why it must be covered in any case; null if neither applies. */
  readonly unseen: UnseenReason | 'tracks-file' | null;
  /** Boxes to cover. They count only if `unseen` is null. */
  readonly boxes: readonly TrackBox[];
  /** Live: why earlier frames were covered as a whole, while that curtain must stay. Default null. */
  readonly held?: UnseenReason | null;
  /** Live: state of the detector, which explains unknown faces. Default `works`. */
  readonly detector?: 'works' | 'starting' | 'failed';
  /** Live: the boxes could not be covered. Default false. */
  readonly hasFailed?: boolean;
  /** Live: the user wants everything covered. Default false. */
  readonly isPanic?: boolean;
}

/** Decides whether to cover the heads and zones of a frame, nothing, or the whole frame. In doubt, the whole frame. */
export function decide(known: FrameKnowledge): Decision {
  const { unseen, boxes, held = null, hasFailed = false, isPanic = false } = known;
  if (isPanic) return coverAll('panic');
  if (hasFailed) return coverAll('cover');
  if (unseen !== null) return coverAll(whyUnseen(unseen, known));
  if (held !== null) return coverAll(whyUnseen(held, known));
  if (boxes.length === 0) return { cover: 'nothing', reason: 'nothing-found', boxes: [] };
  return { cover: 'regions', reason: 'found', boxes };
}

function coverAll(reason: CurtainReason): Decision {
  return { cover: 'all', reason, boxes: null };
}

function whyUnseen(
  unseen: UnseenReason | 'tracks-file',
  { detector = 'works' }: FrameKnowledge,
): CurtainReason {
  if (detector === 'starting') return 'starting';
  return detector === 'failed' ? 'detector' : unseen;
}
