import type { CurtainReason, Decision, UnseenReason } from '../frame/decision.ts';
import type { TrackBox } from '../frame/track.ts';

/** Facts about a frame when its turn has come. */
export interface FrameKnowledge {
  /** Why its faces are not known, or why it must be covered whatever they are; null where neither is so. */
  readonly unseen: UnseenReason | 'tracks-file' | null;
  /** Boxes to cover. They count only where `unseen` is null. */
  readonly boxes: readonly TrackBox[];
  /** Live: why frames shortly before were covered as a whole, while that curtain has to stay. Default null. */
  readonly held?: UnseenReason | null;
  /** Live: how the detector is, which explains why faces are not known. Default `works`. */
  readonly detector?: 'works' | 'starting' | 'failed';
  /** Live: the boxes could not be covered. Default false. */
  readonly hasFailed?: boolean;
  /** Live: the user wants everything covered. Default false. */
  readonly isPanic?: boolean;
}

/** Decides whether heads and zones of a frame are covered, nothing, or all of it. In doubt, all of it. */
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
