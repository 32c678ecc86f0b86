import { iou, type Box } from '../frame/box.ts';
import type { Detection } from '../frame/detection.ts';
import { distance, sizeOf, type Tracklet } from './tracklet.ts';
import { median } from '../base/median.ts';

/** Which tracklet each detection continues, and the detections that continue none. */
export interface Association {
  readonly matches: readonly (readonly [Tracklet, Detection])[];
  readonly newFaces: readonly Detection[];
}

/** Lowest score for the first pass. */
const STRONG = 0.5;

/** Two boxes with a larger size ratio are not the same face. */
const LARGEST_RATIO = 2;

/** Maximum distance of a face from its expected place, in face sizes: at a detection, and per second since. */
const REACH = { atOnce: 1.2, perSecond: 0.8 };

/**
 * Matches detections to tracklets in passes, as ByteTrack does (Zhang et al., ECCV 2022): strong detections first, then
 * weak ones with the remaining tracklets, so that an occluded or blurred face keeps its tracklet. Unlike ByteTrack, an
 * unmatched weak detection starts a tracklet, too: a face seen once is a face. The strong matches also give the camera
 * shift between two looks, which corrects the rest.
 */
export function associate(
  paths: readonly Tracklet[],
  faces: readonly Detection[],
  frame: number,
  frameRate: number,
): Association {
  const openPaths = new Set(paths);
  const freeFaces = new Set(faces);
  const matches: (readonly [Tracklet, Detection])[] = [];
  let shift = { x: 0, y: 0 };

  const pass = (candidates: Iterable<Detection>): void => {
    const pairs: { path: Tracklet; face: Detection; cost: number }[] = [];
    for (const face of candidates) {
      for (const path of openPaths) {
        const cost = costOf(path, face, frame, frameRate, shift);
        if (cost < 1) pairs.push({ path, face, cost });
      }
    }
    for (const { path, face } of pairs.sort((a, b) => a.cost - b.cost)) {
      if (!openPaths.has(path) || !freeFaces.has(face)) continue;
      openPaths.delete(path);
      freeFaces.delete(face);
      matches.push([path, face]);
    }
  };

  pass(faces.filter(({ score }) => score >= STRONG));
  shift = cameraShift(matches, frame);
  pass([...freeFaces]);
  return { matches, newFaces: [...freeFaces] };
}

/** 0 (same place and size) to 1 (impossible). By overlap; for faces that move more than their size, by distance. */
function costOf(
  path: Tracklet,
  face: Detection,
  frame: number,
  frameRate: number,
  shift: { readonly x: number; readonly y: number },
): number {
  const ratio = sizeOf(face.box) / sizeOf(path.last.box);
  if (ratio > LARGEST_RATIO || ratio < 1 / LARGEST_RATIO) return 1;
  const expected = path.predict(frame);
  const places: Box[] = [
    expected,
    { ...expected, x: expected.x + shift.x, y: expected.y + shift.y },
    path.last.box,
  ];
  const overlap = Math.max(...places.map((place) => iou(place, face.box)));
  if (overlap > 0) return 0.5 * (1 - overlap);
  const away = Math.min(...places.map((place) => distance(place, face.box))) / sizeOf(face.box);
  const reach = REACH.atOnce + (REACH.perSecond * (frame - path.last.frame)) / frameRate;
  return away < reach ? 0.5 + (0.5 * away) / reach : 1;
}

/** Median distance of matched faces from their expected places. */
function cameraShift(
  matches: readonly (readonly [Tracklet, Detection])[],
  frame: number,
): { x: number; y: number } {
  if (matches.length < 2) return { x: 0, y: 0 };
  const offsets = matches.map(([path, { box }]) => {
    const expected = path.predict(frame);
    return { x: box.x - expected.x, y: box.y - expected.y };
  });
  return { x: median(offsets.map(({ x }) => x)), y: median(offsets.map(({ y }) => y)) };
}
