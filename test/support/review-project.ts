import type { Project, ReviewTrack, Row } from '../../src/review/project.ts';

/** A project of 100 frames of 640×360 with the tracks that are given. */
export function projectWith(...tracks: readonly ReviewTrack[]): Project {
  return {
    video: { width: 640, height: 360, frames: 100 },
    tracks: new Map(tracks.map((track) => [track.id, track])),
    ...{ spans: [], wholes: [], zones: [], mutes: [] },
  };
}

/** A detected track that moves a pixel a frame to the right. */
export function movingTrack(id: number, firstFrame: number, lastFrame: number, x = 100): ReviewTrack {
  const rows = Array.from({ length: lastFrame - firstFrame + 1 }, (_, i): Row => {
    return [firstFrame + i, x + firstFrame + i, 50, 20, 30, 0];
  });
  return {
    ...{ id, state: 'covered', kept: null, person: null, score: 0.9, detections: 3 },
    ...{ isByHand: false, rows, isKeyed: false },
  };
}
