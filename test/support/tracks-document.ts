import { parseTracks, type TracksDocument } from '../../src/documents/tracks-document.ts';

/** Rows of a static detected box, in ten frames. */
export function stillBoxes(x: number): number[][] {
  return Array.from({ length: 10 }, (_, frame) => [frame, x, 20, 30, 40, 0]);
}

/** Two tracks over ten frames of 320×180; the first is uncertain in frames 6 and 7. */
export function tracksDocument(): TracksDocument {
  return parseTracks({
    format: 'veil-tracks/1',
    input: {
      ...{ name: 'clip.mp4', bytes: 1000, width: 320, height: 180, frames: 10 },
      ...{ timeBase: '1/12800', start: null, end: null },
    },
    detector: 'crowd',
    looks: 2,
    origins: ['detected', 'interpolated', 'filled', 'manual'],
    columns: ['frame', 'x', 'y', 'width', 'height', 'origin'],
    uncertain: [{ trackId: 1, reason: 'long-gap', firstFrame: 6, lastFrame: 7, risk: 0.4 }],
    tracks: [
      { id: 1, score: 0.9, detections: 2, boxes: stillBoxes(10) },
      { id: 2, score: 0.8, detections: 2, boxes: stillBoxes(200) },
    ],
  });
}
