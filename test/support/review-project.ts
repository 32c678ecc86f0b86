import { expect } from 'vitest';
import { applyEdit } from '../../src/review/edits/apply-edit.ts';
import type { Edit } from '../../src/review/edits/edit.ts';
import type { Row } from '../../src/documents/rows.ts';
import type { Project, ReviewSpan, ReviewTrack } from '../../src/review/project.ts';

/** A project of 100 frames of 640×360 with the given tracks. */
export function projectWith(...tracks: readonly ReviewTrack[]): Project {
  return {
    video: { width: 640, height: 360, frames: 100 },
    tracks: new Map(tracks.map((track) => [track.id, track])),
    ...{ spans: [], wholes: [], zones: [], mutes: [], answers: [] },
  };
}

/** A detected track that moves to the right by a pixel per frame. */
export function movingTrack(id: number, firstFrame: number, lastFrame: number, x = 100): ReviewTrack {
  const rows = Array.from({ length: lastFrame - firstFrame + 1 }, (_, i): Row => {
    return [firstFrame + i, x + firstFrame + i, 50, 20, 30, 0];
  });
  return {
    ...{ id, kind: 'head', state: 'covered', kept: null, person: null, score: 0.9, detections: 3 },
    ...{ isByHand: false, joined: [], rows, isKeyed: false },
  };
}

/** A doubt about a track, not reviewed. */
export function spanOf(id: number, trackId: number, firstFrame: number, lastFrame: number): ReviewSpan {
  return {
    ...{ id, source: id, trackId, reason: 'long-gap', firstFrame, lastFrame },
    ...{ isReviewed: false, risk: 0.5, box: null, text: `track ${trackId} was not seen for 1.0 s` },
  };
}

/** Expects that an edit is refused with a message that contains these words. */
export function refuses(project: Project, edit: Edit, message: string): void {
  expect(() => applyEdit(project, edit)).toThrow(
    expect.objectContaining({ code: 'EDIT_REFUSED', message: expect.stringContaining(message) as unknown }),
  );
}
