/** Types of the page's state, shared by all its modules. */
import type { ReviewMessage, FindingSummary } from '../server/protocol.ts';
import type { SpanSummary, TrackSummary } from '../server/track-summary.ts';
import type { Mute, WholeCover, Zone } from '../project.ts';

export type { FindingSummary, Mute, ReviewMessage, SpanSummary, TrackSummary, WholeCover, Zone };

export type Hello = Extract<ReviewMessage, { type: 'hello' }>;
export type Job = Extract<ReviewMessage, { type: 'job' }>;
export type Followed = Extract<ReviewMessage, { type: 'followed' }>;

/** Pixels of the video. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A doubt, or a finding of the audit; Tab goes through them. */
export interface Doubt {
  readonly kind: 'span' | 'finding';
  readonly id: number;
  readonly track: number | null;
  readonly frame: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly text: string;
  readonly risk: number;
  /** Where to look; null if that is not known. */
  readonly box: Box | null;
}

/** Tracks of one person, or a single track: a card, and a row of the timeline. */
export interface Person {
  /** Id of its first track. */
  readonly key: number;
  readonly tracks: readonly TrackSummary[];
  readonly title: string;
  readonly first: number;
  readonly last: number;
  readonly state: 'open' | 'covered' | 'dismissed' | 'kept';
  readonly doubts: number;
  readonly risk: number;
  /** Text for the filter. */
  readonly words: string;
}

/** The first of two key presses that mark a span. */
export interface Mark {
  readonly kind: 'cover' | 'mute';
  readonly frame: number;
}

/** A drawing in progress in the picture. */
export interface Drawing {
  readonly kind: 'box' | 'zone';
  readonly box: Box;
}

/** The state that the whole page shows. */
export interface State {
  phase: 'connecting' | 'waiting' | 'ready' | 'closed' | 'failed';
  /** Why the file can't be reviewed. */
  failure: string;
  hello: Hello | null;
  video: { readonly width: number; readonly height: number; readonly frames: number };
  /** Times of the available frames, seconds. */
  times: readonly number[];
  cuts: readonly number[];
  /** Why no more frames come. */
  problem: string | null;
  revision: number;
  tracks: ReadonlyMap<number, TrackSummary>;
  spans: ReadonlyMap<number, SpanSummary>;
  zones: readonly Zone[];
  wholes: readonly WholeCover[];
  mutes: readonly Mute[];
  canUndo: boolean;
  canRedo: boolean;
  findings: readonly FindingSummary[];
  problems: readonly string[];
  wasRendered: boolean;
  /** Whether the output holds all decisions. */
  isRendered: boolean;
  job: Job | null;
  sound: Uint8Array | null;
  frame: number;
  isPlaying: boolean;
  /** Playback speed: 1 is normal, negative backwards. */
  speed: number;
  showsOriginal: boolean;
  selected: ReadonlySet<number>;
  doubt: Doubt | null;
  filter: string;
  chip: string;
  mark: Mark | null;
  drawing: Drawing | null;
}
