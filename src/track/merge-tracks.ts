import type { Track } from '../frame/track.ts';

/** Merges tracks with the same number. Sorted by number. */
export function mergeTracks(tracks: readonly Track[]): Track[] {
  const merged = new Map<number, Track>();
  for (const track of tracks) {
    const other = merged.get(track.id);
    merged.set(track.id, other === undefined ? track : merge(other, track));
  }
  return [...merged.values()].sort((a, b) => a.id - b.id);
}

function merge(a: Track, b: Track): Track {
  return {
    id: a.id,
    firstFrame: Math.min(a.firstFrame, b.firstFrame),
    lastFrame: Math.max(a.lastFrame, b.lastFrame),
    score: Math.max(a.score, b.score),
    detections: a.detections + b.detections,
  };
}
