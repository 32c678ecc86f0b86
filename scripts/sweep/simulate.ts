import { headRegions, type HeadRegion } from '../../src/anonymize/regions.ts';
import { measureCoverage } from '../../src/eval/box-coverage.ts';
import type { LeakReport } from '../../src/eval/leak-meter.ts';
import type { Look, Trust } from '../../src/frame/face.ts';
import type { TrackBox } from '../../src/frame/track.ts';
import { Tracker } from '../../src/track/tracker.ts';
import type { Tuning } from '../../src/track/tuning.ts';
import type { ClipLooks } from './clip-looks.ts';

export interface Simulated {
  readonly leaks: LeakReport;
  /** Share of the picture under heads away from every true face. */
  readonly away: number;
  readonly looks: number;
}

export interface SimulationOptions {
  readonly lookInterval: number;
  readonly threshold: number;
  readonly padding: number;
  readonly trust: Trust;
  readonly tuning: Tuning;
}

/** Covers a clip with the tracker alone: no pixel is read. */
export function simulate(clip: ClipLooks, options: SimulationOptions): Simulated {
  const { threshold, padding } = options;
  const seen = clip.looks.map(({ frame, faces }) => ({
    frame,
    faces: faces.filter(({ score }) => score >= threshold),
  }));
  const { boxes, looks } = track(clip, seen, options);
  const rows = new Map<number, number[][]>();
  boxes.forEach((inFrame, frame) => {
    for (const { trackId, box } of inFrame) {
      const row = [frame, box.x, box.y, box.width, box.height];
      rows.set(trackId, [...(rows.get(trackId) ?? []), row]);
    }
  });
  const report = {
    frames: boxes.length,
    tracks: [...rows].map(([id, list]) => ({ id, boxes: list })),
    curtains: [],
    config: { shape: 'ellipse' as const, padding },
  };
  return { leaks: measureCoverage(report, clip.truth), away: shareAway(clip, boxes, padding), looks };
}

function track(
  { truth, cuts, frameRate }: ClipLooks,
  looks: readonly Look[],
  { lookInterval, threshold, tuning, trust }: SimulationOptions,
): { boxes: TrackBox[][]; looks: number } {
  const lookAhead = Math.max(2 * lookInterval, Math.round(frameRate));
  const tracker = new Tracker({
    ...{ width: truth.width, height: truth.height },
    ...{ frameRate, lookInterval, threshold, lookAhead, tuning, trust },
  });
  const boxes: TrackBox[][] = [];
  let next = 0;
  let taken = 0;
  const whole = {
    trackId: 0,
    box: { x: 0, y: 0, width: truth.width, height: truth.height },
    origin: 'filled',
    score: 1,
  } as const;
  const ask = (frame: number): void => {
    boxes.push(tracker.isBlind(frame) ? [whole] : tracker.boxesAt(frame));
  };
  for (let frame = 0; frame < looks.length; frame += 1) {
    if (cuts.includes(frame)) tracker.addCut(frame);
    if (frame % lookInterval === 0) {
      taken += 1;
      tracker.addLook(looks[frame]!);
    }
    if (frame - next >= lookAhead) ask(next++);
  }
  tracker.end(looks.length - 1);
  while (next < looks.length) ask(next++);
  return { boxes, looks: taken };
}

const GRID = 8;
/** A place belongs to a face when it lies within this much of the face's size around it. */
const NEAR = 0.7;

function shareAway({ truth }: ClipLooks, boxes: readonly (readonly TrackBox[])[], padding: number): number {
  const [columns, rows] = [Math.floor(truth.width / GRID), Math.floor(truth.height / GRID)];
  const faces = new Map<number, number[][]>();
  for (const { boxes: list } of truth.tracks) {
    for (const row of list) if (row[4] >= 16) faces.set(row[0], [...(faces.get(row[0]) ?? []), row]);
  }
  let away = 0;
  boxes.forEach((inFrame, frame) => {
    const cells = new Uint8Array(columns * rows);
    for (const head of headRegions(inFrame, 'ellipse', padding, truth.width, truth.height))
      fill(cells, columns, rows, head);
    for (const row of faces.get(frame) ?? [])
      clear(cells, columns, rows, row as [number, number, number, number, number]);
    away += cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
  });
  return away / boxes.length;
}

function fill(cells: Uint8Array, columns: number, rows: number, head: HeadRegion): void {
  const { centerX, centerY, radiusX, radiusY } = head;
  for (let y = 0; y < rows; y += 1) {
    const dy = ((y + 0.5) * GRID - centerY) / radiusY;
    if (Math.abs(dy) >= 1) continue;
    const half = radiusX * Math.sqrt(1 - dy * dy);
    const from = Math.max(0, Math.round((centerX - half) / GRID));
    const to = Math.min(columns, Math.round((centerX + half) / GRID));
    if (to > from) cells.fill(1, y * columns + from, y * columns + to);
  }
}

function clear(
  cells: Uint8Array,
  columns: number,
  rows: number,
  [, x, y, width, height]: [number, number, number, number, number],
): void {
  const left = Math.max(0, Math.floor((x - NEAR * width) / GRID));
  const right = Math.min(columns, Math.ceil((x + (1 + NEAR) * width) / GRID));
  const top = Math.max(0, Math.floor((y - NEAR * height) / GRID));
  const bottom = Math.min(rows, Math.ceil((y + (1 + NEAR) * height) / GRID));
  for (let row = top; row < bottom && left < right; row += 1)
    cells.fill(0, row * columns + left, row * columns + right);
}
