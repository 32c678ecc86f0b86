import type { Box } from '../frame/box.ts';
import { exposedShare, type LumaPicture } from './exposure.ts';
import { lumaFrames } from './luma-frames.ts';
import type { Truth } from './truth.ts';

/** A face is exposed if more than this share of it is still visible. */
const EXPOSED = 0.25;
/** Smaller faces, pixels, count only in the table by height: they hardly identify a person. */
const LOWEST_FACE = 16;
/** Classes of face height, pixels, each up to the next. */
const HEIGHTS = [8, 16, 24, 48, 96];
/** Number of frames after a person enters that are counted separately: trackers are late there. */
const ENTRY_FRAMES = 5;
/** A pixel is changed if it differs by more levels than this. */
const CHANGED = 24;
/** A changed pixel belongs to a face if it lies within this distance, in face sizes. */
const NEAR = 0.7;

/** What a viewer of the output can still see. */
export interface LeakReport {
  /** Number of frames in both videos. */
  readonly frames: number;
  readonly framesMissing: number;
  readonly framesExtra: number;
  /** Number of measured people. */
  readonly identities: number;
  /** Number of measured face-frames. */
  readonly faceFrames: number;
  readonly exposedFaceFrames: number;
  readonly identitiesExposed: number;
  /** Longest run of frames in which one face is exposed. */
  readonly longestRun: number;
  /** Share, 0…1, of all pixels that were changed away from any face; null without a comparison of pixels. */
  readonly overmaskShare: number | null;
  /** Tracks without a true face, per minute of video; null without a comparison of tracks. */
  readonly falseTracksPerMinute: number | null;
  /** The same for the first few frames of each person. */
  readonly entry: Exposure;
  /** By face height in pixels; `to` is null for the last class. */
  readonly byHeight: readonly (Exposure & { readonly from: number; readonly to: number | null })[];
  /** Every exposed face of at least 16 pixels, in order. */
  readonly exposed: readonly { readonly id: number | string; readonly frame: number; readonly box: Box }[];
}

/** A report with a comparison of pixels. */
export type PixelReport = LeakReport & { readonly overmaskShare: number };

/** Number of face-frames, and of exposed ones. */
export interface Exposure {
  readonly faceFrames: number;
  readonly exposedFaceFrames: number;
}

/**
 * Compares an original with its anonymized output, frame by frame, at its true faces.
 *
 * @throws VeilError DECODER_FAILED, FFMPEG_NOT_FOUND
 */
export async function measureLeaks(original: string, output: string, truth: Truth): Promise<PixelReport> {
  const meter = new LeakMeter(truth);
  const outputs = lumaFrames(output, truth.width, truth.height);
  let missing = 0;
  let extra = 0;
  try {
    for await (const before of lumaFrames(original, truth.width, truth.height)) {
      const after = await outputs.next();
      if (after.done === true) missing += 1;
      else meter.add(before, after.value);
    }
    while ((await outputs.next()).done !== true) extra += 1;
  } finally {
    await outputs.return(undefined);
  }
  return { ...meter.result(), framesMissing: missing, framesExtra: extra };
}

/** Measures pairs of frames in order. */
export class LeakMeter {
  readonly #tally: ExposureTally;
  #overmask = 0;

  constructor(truth: Truth) {
    this.#tally = new ExposureTally(truth);
  }

  /** Adds the next frame, original and output. Both have the size of the truth. */
  add(original: LumaPicture, output: LumaPicture): void {
    const faces = this.#tally.add((box) => exposedShare(original, output, box) > EXPOSED);
    this.#overmask += changedShareAway(original, output, faces);
  }

  /** Result so far. */
  result(): Omit<PixelReport, 'framesMissing' | 'framesExtra'> {
    const result = this.#tally.result();
    return {
      ...result,
      overmaskShare: this.#overmask / Math.max(1, result.frames),
      falseTracksPerMinute: null,
    };
  }
}

/** Counts exposed faces, however exposure is determined. Takes frames in order. */
export class ExposureTally {
  readonly #faces: ReadonlyMap<number, readonly TrueFace[]>;
  readonly #exposed: LeakReport['exposed'][number][] = [];
  readonly #entry = { faceFrames: 0, exposedFaceFrames: 0 };
  readonly #byHeight = HEIGHTS.map((from, index) => ({
    from,
    to: HEIGHTS[index + 1] ?? null,
    faceFrames: 0,
    exposedFaceFrames: 0,
  }));
  #frames = 0;
  #faceFrames = 0;

  constructor(truth: Truth) {
    this.#faces = facesByFrame(truth);
  }

  /**
   * Adds the next frame.
   *
   * @returns its faces of at least 16 pixels
   */
  add(isExposed: (box: Box) => boolean): readonly TrueFace[] {
    const frame = this.#frames;
    const all = this.#faces.get(frame) ?? [];
    const faces = all.filter(({ box }) => box.height >= LOWEST_FACE);
    for (const face of all) {
      const { id, box } = face;
      const exposed = isExposed(box);
      count(
        this.#byHeight.findLast(({ from }) => box.height >= from)!,
        exposed,
      );
      if (box.height < LOWEST_FACE) continue;
      if (face.sinceEntry < ENTRY_FRAMES) count(this.#entry, exposed);
      if (exposed) this.#exposed.push({ id, frame, box });
    }
    this.#frames += 1;
    this.#faceFrames += faces.length;
    return faces;
  }

  /** Counts so far. */
  result(): Omit<LeakReport, 'framesMissing' | 'framesExtra' | 'overmaskShare' | 'falseTracksPerMinute'> {
    const exposed = this.#exposed;
    const people = [...this.#faces.values()].flat().filter(({ box }) => box.height >= LOWEST_FACE);
    return {
      frames: this.#frames,
      identities: new Set(people.map(({ id }) => id)).size,
      faceFrames: this.#faceFrames,
      exposedFaceFrames: exposed.length,
      identitiesExposed: new Set(exposed.map(({ id }) => id)).size,
      longestRun: longestRun(exposed),
      entry: this.#entry,
      byHeight: this.#byHeight,
      exposed,
    };
  }
}

function count(counts: { faceFrames: number; exposedFaceFrames: number }, exposed: boolean): void {
  counts.faceFrames += 1;
  if (exposed) counts.exposedFaceFrames += 1;
}

/** A face in one frame of the truth. */
interface TrueFace {
  readonly id: number | string;
  readonly box: Box;
  /** Frames since this person entered. */
  readonly sinceEntry: number;
}

function facesByFrame({ tracks }: Truth): Map<number, TrueFace[]> {
  const faces = new Map<number, TrueFace[]>();
  for (const { id, boxes } of tracks) {
    const large = boxes.filter(([, , , , height]) => height >= LOWEST_FACE);
    const entry = Math.min(...large.map(([frame]) => frame));
    for (const [frame, x, y, width, height] of boxes) {
      if (height < HEIGHTS[0]!) continue;
      const there = faces.get(frame) ?? [];
      faces.set(frame, there);
      there.push({ id, box: { x, y, width, height }, sinceEntry: frame - entry });
    }
  }
  return faces;
}

function longestRun(exposed: LeakReport['exposed']): number {
  const runs = new Map<number | string, { length: number; last: number }>();
  let longest = 0;
  for (const { id, frame } of exposed) {
    const before = runs.get(id);
    const length = before?.last === frame - 1 ? before.length + 1 : 1;
    runs.set(id, { length, last: frame });
    longest = Math.max(longest, length);
  }
  return longest;
}

function changedShareAway(original: LumaPicture, output: LumaPicture, faces: readonly TrueFace[]): number {
  const { width, height } = original;
  const near = new Uint8Array(width * height);
  for (const { box } of faces) {
    const left = Math.max(0, Math.trunc(box.x - NEAR * box.width));
    const right = Math.min(width, Math.trunc(box.x + (1 + NEAR) * box.width));
    const top = Math.max(0, Math.trunc(box.y - NEAR * box.height));
    const bottom = Math.min(height, Math.trunc(box.y + (1 + NEAR) * box.height));
    for (let y = top; y < bottom && left < right; y += 1) near.fill(1, y * width + left, y * width + right);
  }
  let changed = 0;
  for (let i = 0; i < near.length; i += 1) {
    if (near[i] === 0 && Math.abs(original.data[i]! - output.data[i]!) > CHANGED) changed += 1;
  }
  return changed / near.length;
}
