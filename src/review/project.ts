import type { Rows } from '../documents/rows.ts';
import type { Box } from '../frame/box.ts';
import type { FrameRange, RegionKind, UncertainSpan } from '../frame/track.ts';

/**
 * The decision about a track. Every track is `covered` until the reviewer decides otherwise.
 * `dismissed` tracks are not heads; `kept` people stay visible on purpose.
 */
export type TrackState = 'covered' | 'dismissed' | 'kept';

/** Who decided that a person stays visible, and when. */
export interface Keeping {
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** One head over time, as the reviewer sees it. */
export interface ReviewTrack extends Rows {
  readonly id: number;
  readonly kind: RegionKind;
  readonly state: TrackState;
  /** Set while `state` is `kept`. */
  readonly kept: Keeping | null;
  /** Tracks of one person carry the same number; null where they are not grouped. */
  readonly person: number | null;
  readonly score: number;
  readonly detections: number;
  /** Drawn or changed by hand. */
  readonly isByHand: boolean;
  /** Frames at which manually joined parts begin, ascending. */
  readonly joined: readonly number[];
}

/** A span of frames that deserves a look. */
export interface ReviewSpan extends UncertainSpan {
  /** Identifies the span as long as the project is open. */
  readonly id: number;
  /** Index of the span in the tracks file; parts of a split span share it. */
  readonly source: number;
  readonly isReviewed: boolean;
  /** Seconds during which a recognisable face may be visible. */
  readonly risk: number;
  /** Where to look, pixels; null where the file does not say so. */
  readonly box: Box | null;
  /** The reason, in words. */
  readonly text: string;
}

/** `cover`: always covered. `ignore`: detections in it stay uncovered. `only`: everything outside it is covered. */
export type ZoneKind = 'cover' | 'ignore' | 'only';

/** A rectangle with a fixed place over a span of frames. */
export interface Zone extends FrameRange {
  readonly id: number;
  readonly kind: ZoneKind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Muted sound, seconds from the start of the part. */
export interface Mute {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Frames covered as a whole. */
export interface WholeCover extends FrameRange {
  readonly id: number;
}

/** The reviewer's answer to a face that an audit of the output found. */
export interface FindingAnswer extends FrameRange {
  /** In the frame of the highest score, pixels. */
  readonly box: Box;
  /** `covered`: a track was drawn for it. */
  readonly answer: 'covered' | 'no face';
}

/** All decisions of a review at one moment. Immutable: an edit makes another one, which shares what stayed. */
export interface Project {
  readonly video: { readonly width: number; readonly height: number; readonly frames: number };
  /** By id. */
  readonly tracks: ReadonlyMap<number, ReviewTrack>;
  readonly spans: readonly ReviewSpan[];
  readonly wholes: readonly WholeCover[];
  readonly zones: readonly Zone[];
  readonly mutes: readonly Mute[];
  readonly answers: readonly FindingAnswer[];
}
