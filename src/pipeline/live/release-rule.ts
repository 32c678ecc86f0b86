import type { UnseenReason } from '../../frame/decision.ts';

/** The looks around a frame when it is due. */
export interface LooksAround {
  /** Index of the frame. */
  readonly frame: number;
  /** First frame of its scene. */
  readonly sceneStart: number;
  /** Nearest earlier frame with a finished look, in any scene; null if there is none. */
  readonly before: number | null;
  /** Nearest frame with a finished look, at or after this one. */
  readonly after: number | null;
  /** Frame of the next look after that, if it belongs to the same scene. */
  readonly second: number | null;
  /** Capture time of a frame, milliseconds; -Infinity if it is forgotten. */
  readonly timeOf: (frame: number) => number;
  /** Frames between two looks count as known if the looks are at most this far apart, milliseconds. */
  readonly largestGap: number;
}

/**
 * Why a frame must be covered as a whole; null if its faces are known: a look at it or after it has finished, and the
 * looks around it are so close that no face comes and goes between them. An earlier look never suffices, however
 * recent: a face may have appeared since. Nor does a scene's first look alone, which may have missed a face.
 */
export function reasonToCover(looks: LooksAround): UnseenReason | null {
  const { frame, sceneStart, before, timeOf, largestGap } = looks;
  // Looks in an earlier scene say nothing about this one; its first frames depend on later looks.
  const isFirst = before === null || before < sceneStart;
  const after = isFirst ? looks.second : looks.after;
  if (after === null) return 'late';
  const from = isFirst ? frame : before;
  // Compared this way round because forgotten times give NaN, which must count as too far apart.
  return timeOf(after) - timeOf(from) <= largestGap && timeOf(from) > -Infinity ? null : 'gap';
}
