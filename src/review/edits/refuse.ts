import { VeilError } from '../../errors.ts';
import type { FrameRange } from '../../frame/track.ts';
import type { Project, ReviewTrack } from '../project.ts';

/** The error of an edit that does not fit. */
export function refused(message: string): VeilError {
  return new VeilError('EDIT_REFUSED', message, { hint: 'Nothing has changed.' });
}

/** @throws VeilError EDIT_REFUSED for a track that the project does not have */
export function trackOf({ tracks }: Project, id: number): ReviewTrack {
  const track = tracks.get(id);
  if (track === undefined) throw refused(`There is no track ${id}.`);
  return track;
}

/** @throws VeilError EDIT_REFUSED for a track that the project does not have */
export function tracksOf(project: Project, ids: readonly number[]): ReviewTrack[] {
  return [...new Set(ids)].map((id) => trackOf(project, id));
}

/** @throws VeilError EDIT_REFUSED for frames outside the video, or a range that ends before it begins */
export function checkRange({ video }: Project, { firstFrame, lastFrame }: FrameRange): void {
  if (firstFrame < 0 || lastFrame >= video.frames) {
    throw refused(
      `Frames ${firstFrame} to ${lastFrame} are not all in the video, which has 0 to ${video.frames - 1}.`,
    );
  }
  if (lastFrame < firstFrame) throw refused(`Frame ${lastFrame} comes before frame ${firstFrame}.`);
}

/** One more than the highest number taken. */
export function nextId(taken: Iterable<number>): number {
  let most = 0;
  for (const id of taken) most = Math.max(most, id);
  return most + 1;
}

/** An id for a new track: no track has it, and no doubt whose detection was dismissed. */
export function freeTrackId({ tracks, spans }: Project): number {
  return nextId([...tracks.keys(), ...spans.map(({ trackId }) => trackId)]);
}

/** A project with some of its tracks changed, added (new ids) or removed. */
export function withTracks(
  project: Project,
  changed: readonly ReviewTrack[],
  removed: readonly number[] = [],
): Project {
  const tracks = new Map(project.tracks);
  for (const id of removed) tracks.delete(id);
  for (const track of changed) tracks.set(track.id, track);
  return { ...project, tracks };
}
