import type { Rows } from '../documents/rows.ts';
import type { Box } from '../frame/box.ts';
import type { FrameRange, RegionKind, UncertainSpan } from '../frame/track.ts';

/**
 * What is decided about a track. `covered` is what every track starts as, and what is rendered where nothing is decided.
 * `dismissed` tracks are no head; `kept` people stay visible on purpose.
 */
export type TrackState = 'covered' | 'dismissed' | 'kept';

/** A decision to show somebody, which has to be answered for. */
export interface Keeping {
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** One head over time, as a person who reviews it sees it. */
export interface ReviewTrack extends Rows {
  readonly id: number;
  readonly kind: RegionKind;
  readonly state: TrackState;
  /** Set while `state` is `kept`. */
  readonly kept: Keeping | null;
  /** Tracks of one person carry the same number; null where nobody said so. */
  readonly person: number | null;
  readonly score: number;
  readonly detections: number;
  /** Drawn or changed by hand. */
  readonly isByHand: boolean;
  /** Frames at which a part begins that a hand joined to it, rising. */
  readonly joined: readonly number[];
}

/** A span of frames that deserves a look. */
export interface ReviewSpan extends UncertainSpan {
  /** It names the span as long as the project is open. */
  readonly id: number;
  /** Index in the tracks file of the span that it is, or of which it is a part. */
  readonly source: number;
  readonly isReviewed: boolean;
  /** Seconds for which a recognisable face may be visible. */
  readonly risk: number;
  /** Where to look, pixels; null where the file does not say it. */
  readonly box: Box | null;
  /** Why, in words. */
  readonly text: string;
}

/** `cover`: always covered. `ignore`: what the detector finds there is left open. `only`: all around it is covered. */
export type ZoneKind = 'cover' | 'ignore' | 'only';

/** A rectangle that stands still over a span of frames. */
export interface Zone extends FrameRange {
  readonly id: number;
  readonly kind: ZoneKind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Sound that is silenced, seconds from the start of the part. */
export interface Mute {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Frames covered as a whole. */
export interface WholeCover extends FrameRange {
  readonly id: number;
}

/** What a person said of a face that an audit of the output found. */
export interface FindingAnswer extends FrameRange {
  /** Where it was surest, pixels. */
  readonly box: Box;
  /** `covered`: a track was drawn for it. */
  readonly answer: 'covered' | 'no face';
}

/** Everything that a review decides, at one moment. Never changed: an edit makes another one, which shares what stayed. */
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
