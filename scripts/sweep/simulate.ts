import { regionsOf, type Region } from '../../src/anonymize/regions.ts';
import { LOWEST_SCORE } from '../../src/detect/configured-detector.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { measureCoverage, type CoveredBoxes } from '../../src/eval/box-coverage.ts';
import type { LeakReport } from '../../src/eval/leak-meter.ts';
import type { Confirmation } from '../../src/frame/detection.ts';
import type { Frame } from '../../src/frame/frame.ts';
import type { TrackBox } from '../../src/frame/track.ts';
import { delayLine } from '../../src/pipeline/file/delay-line.ts';
import type { LookPlan } from '../../src/observe/look-plan.ts';
import { observe } from '../../src/observe/observe.ts';
import { planWindow } from '../../src/pipeline/file/window.ts';
import type { SourceFrame } from '../../src/source/source.ts';
import { Tracker } from '../../src/track/tracker.ts';
import type { Tuning } from '../../src/track/tuning.ts';
import { facesAt, type ClipLooks } from './clip-looks.ts';

export interface Simulated {
  readonly leaks: LeakReport;
  /** Share of the picture, 0…1, under heads away from every true face. */
  readonly away: number;
  readonly looks: number;
}

export interface SimulationOptions {
  readonly look: LookPlan;
  readonly threshold: number;
  /** See `lookAtSizes`. */
  readonly largest: number;
  readonly largestShare?: number;
  readonly smallest: number;
  readonly padding: number;
  readonly confirmation: Confirmation;
  readonly tuning: Tuning;
}

/** Covers a clip as a real run does, with what the detector saw in place of the detector: no pixel is read. */
export async function simulate(clip: ClipLooks, options: SimulationOptions): Promise<Simulated> {
  const { boxes, looks } = await track(clip, options);
  const leaks = measureCoverage(coveredBoxes(boxes, options.padding), clip.truth, clip.frameRate);
  return { leaks, away: shareAway(clip, boxes, options.padding), looks };
}

/** Boxes by frame as a report has them: by track. */
export function coveredBoxes(boxes: readonly (readonly TrackBox[])[], padding: number): CoveredBoxes {
  const rows = new Map<number, number[][]>();
  boxes.forEach((inFrame, frame) => {
    for (const { trackId, box } of inFrame) {
      const row = [frame, box.x, box.y, box.width, box.height];
      rows.set(trackId, [...(rows.get(trackId) ?? []), row]);
    }
  });
  return {
    frames: boxes.length,
    tracks: [...rows].map(([id, list]) => ({ id, boxes: list })),
    curtains: [],
    config: { shape: 'ellipse' as const, padding },
  };
}

/** Follows the faces of a clip as a real run does; boxes by frame. */
export async function track(
  clip: ClipLooks,
  options: SimulationOptions,
): Promise<{
  readonly tracker: Tracker;
  readonly boxes: readonly (readonly TrackBox[])[];
  readonly looks: number;
}> {
  const { truth, frameRate, cuts, shifts } = clip;
  const { look, tuning, confirmation } = options;
  const { width, height } = truth;
  const video = { width, height, format: 'yuv420p', frameRate: { num: frameRate, den: 1 } } as const;
  const delay = planWindow(video, look);
  const lookInterval = look.interval * look.stride;
  const tracker = new Tracker({
    ...{ width, height, frameRate, lookInterval, lookAhead: delay.lookAhead },
    ...{ tuning, confirmation, threshold: options.threshold },
  });
  const scenes = {
    next: ({ index }: Pick<Frame, 'index'>) => ({ isCut: cuts.includes(index), shift: shifts[index]! }),
  };
  const observed = observe(framesOf(clip, look), { detector: detectorOf(clip, options), plan: look, scenes });
  const whole: TrackBox = { trackId: 0, box: { x: 0, y: 0, width, height }, origin: 'filled', score: 1 };
  const boxes: (readonly TrackBox[])[] = [];
  for await (const { decision } of delayLine(observed, tracker, delay)) boxes.push(decision.boxes ?? [whole]);
  return { tracker, boxes, looks: tracker.looks };
}

/** Frames without pixels; their pictures say which frame they are of. */
async function* framesOf(
  { truth, sizes, frameRate }: ClipLooks,
  look: LookPlan,
): AsyncGenerator<SourceFrame> {
  const { width, height } = truth;
  const frames = [...sizes.values()][0]!.length;
  for (let index = 0; index < frames; index += 1) {
    const time = index / frameRate;
    const frame: Frame = {
      index,
      pts: index,
      time,
      width,
      height,
      format: 'yuv420p',
      data: new Uint8Array(),
    };
    const picture = { width, height, data: new Uint8Array(new Uint32Array([index]).buffer) };
    yield { frame, pictures: index % look.interval === 0 ? [picture] : null };
    await Promise.resolve();
  }
}

function detectorOf(clip: ClipLooks, options: SimulationOptions): Detector {
  const { look, largest, largestShare, smallest, confirmation } = options;
  const seen = Math.min(options.threshold, LOWEST_SCORE);
  return {
    name: 'recorded',
    description: 'recorded',
    traits: { cost: 'light', nearLooks: [], largestFace: Infinity, confirmation },
    detect: ([picture]) => {
      const frame = new Uint32Array(picture!.data.buffer)[0]!;
      const limits = { largest, smallest, ...(largestShare === undefined ? {} : { largestShare }) };
      return facesAt(clip, frame, { sizes: look.sizes, threshold: seen, ...limits });
    },
    close: () => Promise.resolve(),
  };
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
    for (const head of regionsOf(inFrame, { shape: 'ellipse', padding }, truth.width, truth.height)) {
      fill(cells, columns, rows, head);
    }
    for (const row of faces.get(frame) ?? []) clear(cells, columns, rows, row);
    away += cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
  });
  return away / boxes.length;
}

function fill(cells: Uint8Array, columns: number, rows: number, head: Region): void {
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

function clear(cells: Uint8Array, columns: number, rows: number, face: readonly number[]): void {
  const [, x, y, width, height] = face as readonly [number, number, number, number, number];
  const left = Math.max(0, Math.floor((x - NEAR * width) / GRID));
  const right = Math.min(columns, Math.ceil((x + (1 + NEAR) * width) / GRID));
  const top = Math.max(0, Math.floor((y - NEAR * height) / GRID));
  const bottom = Math.min(rows, Math.ceil((y + (1 + NEAR) * height) / GRID));
  for (let row = top; row < bottom && left < right; row += 1) {
    cells.fill(0, row * columns + left, row * columns + right);
  }
}
