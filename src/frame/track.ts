import type { Box } from './box.ts';

/**
 * Origin of a box in a frame: `detected` in a look, `interpolated` between two detections, `filled` before the first or
 * after the last one, or drawn or edited by a person (`manual`).
 */
export type TrackBoxOrigin = 'detected' | 'interpolated' | 'filled' | 'manual';

/** Content of a box: a face, whose head is covered, or a rectangle that is covered as it is. */
export type RegionKind = 'head' | 'zone';

/** The box of a track in one frame. */
export interface TrackBox {
  readonly trackId: number;
  /** Default `head`. */
  readonly kind?: RegionKind;
  /** Face box in pixels of the frame, already enlarged for motion and uncertainty; the head is added later. */
  readonly box: Box;
  readonly origin: TrackBoxOrigin;
  /** Confidence of the detection, or of the nearest detections for boxes in between, 0…1. */
  readonly score: number;
}

/** One face over time. Plain data: reports contain tracks, rendering reads them. */
export interface Track {
  /** Counted from 1, in order of appearance. */
  readonly id: number;
  /** First and last frame in which the track has a box. */
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Highest score of its detections. */
  readonly score: number;
  /** Number of looks that detected it. */
  readonly detections: number;
}

/** Why a span of the output needs a review. */
export type UncertaintyReason =
  | 'ended-in-open'
  | 'started-in-open'
  | 'long-gap'
  | 'seen-once'
  | 'weak-only'
  /** Not covered: too weak and not seen again, or too large for its low score. */
  | 'dismissed';

/** A span of frames in which a face may be insufficiently covered. */
export interface UncertainSpan {
  readonly trackId: number;
  readonly reason: UncertaintyReason;
  readonly firstFrame: number;
  readonly lastFrame: number;
}

/** A place where a face may be visible in a frame, and the probability, 0…1. */
export interface Sighting {
  readonly frame: number;
  readonly box: Box;
  readonly chance: number;
}

/** An uncertain span with its evidence. */
export interface Doubt extends UncertainSpan {
  /** In order; each represents the frames up to the next one. */
  readonly sightings: readonly Sighting[];
}

/** Successive frames, both ends included. */
export interface FrameRange {
  readonly firstFrame: number;
  readonly lastFrame: number;
}

/** Whether a frame lies in one of the ranges. */
export function isInRange(frame: number, ranges: readonly FrameRange[]): boolean {
  return ranges.some(({ firstFrame, lastFrame }) => frame >= firstFrame && frame <= lastFrame);
}
