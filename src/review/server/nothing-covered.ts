import { TrackPlan } from '../../documents/track-plan.ts';
import type { TracksDocument } from '../../documents/tracks-document.ts';
import type { Project } from '../project.ts';

/** The word that the user types to confirm an output without covers. */
export const NOTHING_COVERED = 'uncovered';

/** The refusal of a request without that word. */
export class WordMissing extends Error {}

/** Whether an output would show everything. @param document of the project */
export function isNothingCovered(
  { tracks, zones, wholes }: Project,
  document: () => TracksDocument,
): boolean {
  if (wholes.length > 0 || zones.some(({ kind }) => kind !== 'ignore')) return false;
  if (![...tracks.values()].some(({ state }) => state === 'covered')) return true;
  return zones.length > 0 && isIgnored(document());
}

/** Whether zones ignore the head of every track in every frame. */
function isIgnored(document: TracksDocument): boolean {
  const plan = new TrackPlan(document);
  for (let frame = 0; frame < document.input.frames; frame += 1) {
    if (plan.boxesAt(frame)?.length !== 0) return false;
  }
  return true;
}
