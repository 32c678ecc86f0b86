import type { Frame } from '../frame/frame.ts';
import { fromSamples, toSamples, type SampleRange } from './color.ts';
import { cellRects, cellsAcross } from './grid.ts';
import { TrackNoise } from './noise.ts';
import type { Region } from './regions.ts';

/** A head and its cover: `values` holds three planes of `across` × `across` cells, row by row. */
export interface Cover {
  readonly head: Region;
  readonly across: number;
  readonly values: Float32Array;
}

/** A head whose cells need new averages; see `cellRects` for the layout of `rects`. */
export interface Sampling {
  readonly head: Region;
  readonly across: number;
  readonly rects: Int32Array;
}

/** Cells are sampled at multiples of this time, seconds; in between they are constant. */
export const EPOCH = 0.5;
/**
 * At multiples of this time, seconds, cells are reset: a whole number of epochs. Covers depend on nothing before the
 * last reset, so that each part of a video can be covered by itself.
 */
export const ANEW = 30;
/** New values fade in over this time, seconds. */
const FADE = 0.2;
/** Tracks unseen for this long are forgotten, seconds. */
const MEMORY = 10;
/** Cells keep this share of their difference from the head's mean, so that no gradient is as steep as a face's. */
const LUMA_CONTRAST = 0.6;
const LUMA_STEP = 16;
const LUMA_NOISE = 14;
const CHROMA_STEP = 8;
const CHROMA_NOISE = 3;

interface Held {
  across: number;
  epoch: number;
  sampledAt: number;
  seenAt: number;
  /** Quantised cells in YUV, old and new: the picture fades from one to the other. */
  before: Float64Array;
  now: Float64Array;
}

/**
 * The coarse cells of every track. They are quantised, carry noise that never changes for a track, and are constant for
 * half a second; a cell changes only if its average moved by more than a whole step, or at a reset every thirty
 * seconds. So thirty frames of a track reveal no more than one or two of them.
 */
export class HeldCells {
  readonly #cells: number;
  readonly #range: SampleRange;
  readonly #noise: TrackNoise;
  readonly #tracks = new Map<number, Held>();

  constructor(cells: number, range: SampleRange, seed?: string) {
    this.#cells = cells;
    this.#range = range;
    this.#noise = new TrackNoise(seed);
  }

  /** The heads whose cells need new averages in this frame. */
  due(frame: Frame, heads: readonly Region[]): Sampling[] {
    this.#forget(frame.time);
    const epoch = epochOf(frame.time);
    return heads
      .filter(({ trackId }) => this.#tracks.get(trackId)?.epoch !== epoch)
      .map((head) => {
        const across = cellsAcross(head, this.#cells);
        return { head, across, rects: cellRects(head, across, frame) };
      });
  }

  /** Sets the averages of such a head: one number per cell, in the order of its rects. */
  take(frame: Frame, { head, across }: Sampling, averages: Float64Array): void {
    const count = across * across;
    const epoch = epochOf(frame.time);
    const held = this.#tracks.get(head.trackId);
    const last = held?.across === across ? held : null;
    const known = last !== null && spanOf(last.epoch) === spanOf(epoch) ? last.now : null;
    const noise = this.#noise.values(head.trackId, across, 3 * count);
    const now = new Float64Array(3 * count);
    const colors = Array.from({ length: count }, (_, cell) =>
      fromSamples(averages[cell]!, averages[count + cell]!, averages[2 * count + cell]!, this.#range.format),
    );
    const meanLuma = colors.reduce((sum, [luma]) => sum + luma, 0) / count;
    for (const [cell, [luma, ...chroma]] of colors.entries()) {
      const yuv = [meanLuma + LUMA_CONTRAST * (luma - meanLuma), ...chroma];
      for (let channel = 0; channel < 3; channel++) {
        const at = channel * count + cell;
        const [step, strength] = channel === 0 ? [LUMA_STEP, LUMA_NOISE] : [CHROMA_STEP, CHROMA_NOISE];
        now[at] = quantise(yuv[channel]! + noise[at]! * strength, step, known?.[at]);
      }
    }
    this.#tracks.set(head.trackId, {
      across,
      epoch,
      sampledAt: frame.time,
      seenAt: frame.time,
      // A head that was absent has nothing to fade from.
      before: last?.epoch === epoch - 1 ? last.now : now,
      now,
    });
  }

  /** The covers of the heads in this frame. Each head must have been sampled at least once. */
  covers(frame: Frame, heads: readonly Region[]): Cover[] {
    return heads.map((head) => {
      const held = this.#tracks.get(head.trackId)!;
      held.seenAt = frame.time;
      const share = Math.min(1, Math.max(0, (frame.time - held.sampledAt) / FADE));
      return { head, across: held.across, values: this.#values(held, share) };
    });
  }

  #values({ across, before, now }: Held, share: number): Float32Array {
    const count = across * across;
    const values = new Float32Array(3 * count);
    const mix = (at: number): number => before[at]! + (now[at]! - before[at]!) * share;
    for (let cell = 0; cell < count; cell++) {
      const yuv = [mix(cell), mix(count + cell), mix(2 * count + cell)] as const;
      const samples = toSamples(yuv, this.#range);
      for (let plane = 0; plane < 3; plane++) values[plane * count + cell] = samples[plane]!;
    }
    return values;
  }

  #forget(time: number): void {
    for (const [id, { seenAt }] of this.#tracks) if (time - seenAt > MEMORY) this.#tracks.delete(id);
  }
}

/** To give a later frame the same cover as a whole run does, a run must cover frames from this time on. */
export function coveredFrom(time: number): number {
  return Math.max(0, Math.floor((time - EPOCH) / ANEW)) * ANEW;
}

function epochOf(time: number): number {
  return Math.floor(time / EPOCH);
}

/** Number of the reset interval that contains an epoch. */
function spanOf(epoch: number): number {
  return Math.floor((epoch * EPOCH) / ANEW);
}

/** Rounds to the nearest step; the current value stays unless the new one is more than a whole step away. */
function quantise(value: number, step: number, held: number | undefined): number {
  if (held !== undefined && Math.abs(value - held) <= step) return held;
  return Math.round(value / step) * step;
}
