import type { Project, ReviewTrack, TrackState } from './project.ts';
import { rangeOf } from '../documents/rows.ts';

/** State of a track as the edit log records it. */
export interface TrackFacts {
  readonly state: TrackState;
  readonly person: number | null;
  readonly firstFrame: number;
  readonly lastFrame: number;
}

/** How one track changed; null where it did not exist before or does not exist after. */
export interface TrackChange {
  readonly track: number;
  readonly before: TrackFacts | null;
  readonly after: TrackFacts | null;
}

/** The tracks that differ between two projects, by id; recorded for people who read the log. */
export function changesOf(before: Project, after: Project): TrackChange[] {
  const ids = new Set([...before.tracks.keys(), ...after.tracks.keys()]);
  return [...ids]
    .filter((id) => before.tracks.get(id) !== after.tracks.get(id))
    .sort((a, b) => a - b)
    .map((id) => ({
      track: id,
      before: factsOf(before.tracks.get(id)),
      after: factsOf(after.tracks.get(id)),
    }));
}

function factsOf(track: ReviewTrack | undefined): TrackFacts | null {
  if (track === undefined) return null;
  const { state, person } = track;
  return { state, person, ...rangeOf(track) };
}
