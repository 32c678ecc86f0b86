import type { Box } from '../frame/box.ts';
import { exposedShare, type LumaPicture } from './exposure.ts';
import { lumaFrames } from './luma-frames.ts';
import type { Truth } from './truth.ts';

/** A face counts as exposed when more than this share of it is still to be seen. */
const EXPOSED = 0.25;
/** Lower faces than this are not measured, pixels. */
const LOWEST_FACE = 16;
/** A pixel counts as changed when it differs by more levels than this. */
const CHANGED = 24;
/** A changed pixel belongs to a face when it lies within this much of the face's size around it. */
const NEAR = 0.7;

/** What a viewer of the output could still see. */
export interface LeakReport {
  /** Frames that both videos have. */
  readonly frames: number;
  readonly framesMissing: number;
  readonly framesExtra: number;
  /** Faces followed through the video. */
  readonly identities: number;
  /** Faces in frames: what was measured. */
  readonly faceFrames: number;
  readonly exposedFaceFrames: number;
  readonly identitiesExposed: number;
  /** Most frames in a row in which one face is exposed. */
  readonly longestRun: number;
  /** Share, 0…1, of all pixels that were changed away from any face. */
  readonly overmaskShare: number;
  /** Where to look: every exposed face, in order. */
  readonly exposed: readonly { readonly id: number | string; readonly frame: number; readonly box: Box }[];
}

/**
 * Compares an original with its anonymized output, frame by frame, at the places of its true faces.
 *
 * @throws VeilError DECODER_FAILED, FFMPEG_NOT_FOUND
 */
export async function measureLeaks(original: string, output: string, truth: Truth): Promise<LeakReport> {
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

/** Takes pairs of frames in order. */
export class LeakMeter {
  readonly #faces: ReadonlyMap<number, readonly TrueFace[]>;
  readonly #exposed: LeakReport['exposed'][number][] = [];
  #frames = 0;
  #faceFrames = 0;
  #overmask = 0;

  constructor(truth: Truth) {
    this.#faces = facesByFrame(truth);
  }

  /** The next frame, before and after. Both have the size of the truth. */
  add(original: LumaPicture, output: LumaPicture): void {
    const frame = this.#frames;
    const faces = this.#faces.get(frame) ?? [];
    for (const { id, box } of faces) {
      if (exposedShare(original, output, box) > EXPOSED) this.#exposed.push({ id, frame, box });
    }
    this.#frames += 1;
    this.#faceFrames += faces.length;
    this.#overmask += changedShareAway(original, output, faces);
  }

  /** What was seen so far. */
  result(): Omit<LeakReport, 'framesMissing' | 'framesExtra'> {
    const exposed = this.#exposed;
    return {
      frames: this.#frames,
      identities: new Set([...this.#faces.values()].flat().map(({ id }) => id)).size,
      faceFrames: this.#faceFrames,
      exposedFaceFrames: exposed.length,
      identitiesExposed: new Set(exposed.map(({ id }) => id)).size,
      longestRun: longestRun(exposed),
      overmaskShare: this.#overmask / Math.max(1, this.#frames),
      exposed,
    };
  }
}

interface TrueFace {
  readonly id: number | string;
  readonly box: Box;
}

function facesByFrame({ tracks }: Truth): Map<number, TrueFace[]> {
  const faces = new Map<number, TrueFace[]>();
  for (const { id, boxes } of tracks) {
    for (const [frame, x, y, width, height] of boxes) {
      if (height < LOWEST_FACE) continue;
      const there = faces.get(frame) ?? [];
      faces.set(frame, there);
      there.push({ id, box: { x, y, width, height } });
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
