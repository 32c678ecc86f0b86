import { regionsOf, type Region } from '../anonymize/regions.ts';
import { intersectionArea, type Box } from '../frame/box.ts';
import { isInRange, type FrameRange } from '../frame/track.ts';
import { ExposureTally, type LeakReport } from './leak-meter.ts';
import type { Truth } from './truth.ts';

/** Covers according to a report. */
export interface CoveredBoxes {
  readonly frames: number;
  readonly tracks: readonly { readonly id: number; readonly boxes: readonly (readonly number[])[] }[];
  /** Frames covered as a whole. */
  readonly curtains: readonly FrameRange[];
  readonly config: { readonly shape: 'ellipse' | 'rectangle'; readonly padding: number };
}

/** A face is exposed if more than this share of its inner part lies outside every covered head. */
const EXPOSED = 0.25;
/** Sample points across and down a face. */
const POINTS = 8;

/**
 * Measures a report instead of a video: which true faces its covered heads leave exposed, and which of its tracks match
 * no face.
 *
 * @param frameRate frames per second
 */
export function measureCoverage(report: CoveredBoxes, truth: Truth, frameRate: number): LeakReport {
  const heads = headsByFrame(report, truth);
  const tally = new ExposureTally(truth);
  for (let frame = 0; frame < report.frames; frame += 1) {
    const isCurtain = isInRange(frame, report.curtains);
    tally.add((face) => !isCurtain && openShare(face, heads.get(frame) ?? []) > EXPOSED);
  }
  return {
    ...tally.result(),
    framesMissing: Math.max(0, truth.frames - report.frames),
    framesExtra: Math.max(0, report.frames - truth.frames),
    overmaskShare: null,
    falseTracksPerMinute: (60 * frameRate * countFalseTracks(report, truth)) / Math.max(1, report.frames),
  };
}

/** Number of tracks without any box that overlaps a true face, however small, in its frame. */
function countFalseTracks({ tracks }: CoveredBoxes, truth: Truth): number {
  const faces = new Map<number, Box[]>();
  for (const [frame, x, y, width, height] of truth.tracks.flatMap(({ boxes }) => boxes)) {
    const there = faces.get(frame) ?? [];
    faces.set(frame, there);
    there.push({ x, y, width, height });
  }
  return tracks.filter(
    ({ boxes }) =>
      !boxes.some((row) => {
        const [frame, x, y, width, height] = row as [number, number, number, number, number];
        return (faces.get(frame) ?? []).some((face) => intersectionArea({ x, y, width, height }, face) > 0);
      }),
  ).length;
}

function headsByFrame({ tracks, config }: CoveredBoxes, { width, height }: Truth): Map<number, Region[]> {
  const heads = new Map<number, Region[]>();
  for (const { id, boxes } of tracks) {
    for (const row of boxes) {
      const [frame, x, y, boxWidth, boxHeight] = row as [number, number, number, number, number];
      const box = { x, y, width: boxWidth, height: boxHeight };
      const region = regionsOf([{ trackId: id, box, origin: 'detected', score: 1 }], config, width, height);
      heads.set(frame, [...(heads.get(frame) ?? []), ...region]);
    }
  }
  return heads;
}

/** Share of the inner 80 % of a face, 0…1, outside all heads. */
function openShare(face: Box, heads: readonly Region[]): number {
  let open = 0;
  for (let i = 0; i < POINTS * POINTS; i += 1) {
    const x = face.x + face.width * (0.1 + (0.8 * ((i % POINTS) + 0.5)) / POINTS);
    const y = face.y + face.height * (0.1 + (0.8 * (Math.floor(i / POINTS) + 0.5)) / POINTS);
    if (!heads.some((head) => holds(head, x, y))) open += 1;
  }
  return open / (POINTS * POINTS);
}

function holds({ centerX, centerY, radiusX, radiusY, shape }: Region, x: number, y: number): boolean {
  const [dx, dy] = [Math.abs(x - centerX) / radiusX, Math.abs(y - centerY) / radiusY];
  return shape === 'rectangle' ? dx <= 1 && dy <= 1 : dx * dx + dy * dy <= 1;
}
