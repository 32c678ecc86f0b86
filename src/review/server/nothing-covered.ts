import type { Project } from '../project.ts';

/** The word that the user types to confirm an output without covers. */
export const NOTHING_COVERED = 'uncovered';

/** Whether an output would show everything. */
export function isNothingCovered({ tracks, zones, wholes }: Project): boolean {
  const isCovered = [...tracks.values()].some(({ state }) => state === 'covered');
  return !isCovered && wholes.length === 0 && !zones.some(({ kind }) => kind !== 'ignore');
}
