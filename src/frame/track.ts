import type { Box } from './box.ts';

/**
 * Why a track has a box in a frame: `detected` in a look, `interpolated` between two looks, `filled` before the
 * first or after the last look that saw the face, or drawn/edited by hand (`manual`).
 */
export type TrackBoxOrigin = 'detected' | 'interpolated' | 'filled' | 'manual';

/** What a box holds: a face, whose head is covered, or a rectangle that is covered as it is. */
export type RegionKind = 'head' | 'zone';

/** Where a track is in one frame. */
export interface TrackBox {
  readonly trackId: number;
  /** Default `head`. */
  readonly kind?: RegionKind;
  /** Face box in pixels of the frame, already grown by motion and uncertainty; the head is added later. */
  readonly box: Box;
  readonly origin: TrackBoxOrigin;
  /** Confidence of the detection, or of the nearest detections for boxes in between, 0…1. */
  readonly score: number;
}

/** One face over time. Tracks are plain data: reports hold them, rendering reads them. */
export interface Track {
  /** Counted from 1 in order of first appearance. */
  readonly id: number;
  /** First and last frame in which the track has a box. */
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Highest score of its detections. */
  readonly score: number;
  /** Number of looks that saw it. */
  readonly detections: number;
}

/** Why a span of the output needs a review. */
export type UncertaintyReason =
  | 'ended-in-open'
  | 'started-in-open'
  | 'long-gap'
  | 'seen-once'
  | 'weak-only'
  /** Not covered: too weak, and not seen again, or too large for so weak a face. */
  | 'dismissed';

/** A span of frames in which a face may not be covered as well as it should be. */
export interface UncertainSpan {
  readonly trackId: number;
  readonly reason: UncertaintyReason;
  readonly firstFrame: number;
  readonly lastFrame: number;
}

/** Where a face may be visible in a frame, and how likely that is, 0…1. */
export interface Sighting {
  readonly frame: number;
  readonly box: Box;
  readonly chance: number;
}

/** An uncertain span with its evidence. */
export interface Doubt extends UncertainSpan {
  /** In order; each stands for the frames up to the next one. */
  readonly sightings: readonly Sighting[];
}

/** Frames that follow each other, both ends included. */
export interface FrameRange {
  readonly firstFrame: number;
  readonly lastFrame: number;
}

/** Whether a frame lies in one of the ranges. */
export function isInRange(frame: number, ranges: readonly FrameRange[]): boolean {
  return ranges.some(({ firstFrame, lastFrame }) => frame >= firstFrame && frame <= lastFrame);
}
