import type { CurtainReason } from './decision.ts';
import type { AnonymizedFrame } from './frame.ts';
import type { TrackBox } from './track.ts';
import type { Style } from './style.ts';

/**
 * State of a live run: `starting` until the detector has finished a look, `live`, `curtain` while faces are not known
 * in time, `panic` while the user keeps the picture covered, `no-source` while the source is lost.
 */
export type LiveState = 'starting' | 'live' | 'curtain' | 'panic' | 'no-source';

/** Steps against overload, each in addition to the earlier ones. None reduces the covers. */
export const OVERLOAD_STEPS = ['fewer-looks', 'smaller-looks', 'preview-quality', 'preview-rate'] as const;

/** A step against overload. */
export type OverloadStep = (typeof OVERLOAD_STEPS)[number];

/** Settings that can change during a live run. */
export interface LiveSettings {
  readonly style: Style;
  /** Cells across a head, 2…8. */
  readonly cells: number;
  /** Lowest score of a face, 0…1. */
  readonly threshold: number;
}

/** Status of a live run, sent several times a second. */
export interface LiveStatus {
  readonly state: LiveState;
  /** Why the picture is covered; null while it is live. */
  readonly reason: CurtainReason | null;
  /** The source's error when it was lost; null if it is not lost, or gave no error. */
  readonly sourceProblem: string | null;
  readonly settings: LiveSettings;
  /** Number of faces covered now, and of tracks so far. */
  readonly faces: number;
  readonly tracks: number;
  /** Frames per second, in and out. */
  readonly fpsIn: number;
  readonly fpsOut: number;
  /** Milliseconds from capture to release; null before the first frame. */
  readonly latency: number | null;
  /** The configured part of the latency, milliseconds. */
  readonly delay: number;
  /** Number of released frames, of whole covers among them, and of frames dropped before release. */
  readonly frames: number;
  readonly curtained: number;
  readonly dropped: number;
  /** Active steps against overload, in the order of activation. */
  readonly overload: readonly OverloadStep[];
  readonly isRecording: boolean;
  /** False without a configured recording. */
  readonly canRecord: boolean;
}

/** Median and 95th percentile of the latency, milliseconds. */
export interface LatencySpread {
  readonly p50: number;
  readonly p95: number;
}

/** Summary of a finished live run. */
export interface LiveSummary {
  /** Seconds from the first released frame to the last. */
  readonly duration: number;
  /** Number of incoming and released frames, of whole covers among the latter, and of frames dropped before release. */
  readonly framesIn: number;
  readonly frames: number;
  readonly curtained: number;
  readonly dropped: number;
  /** Reasons of the whole covers. */
  readonly causes: Partial<Record<CurtainReason, number>>;
  /** Number of tracks. */
  readonly tracks: number;
  /** From capture to release; null without frames. */
  readonly latency: LatencySpread | null;
  /** Number of losses of the source, and of failures of the detector. */
  readonly sourceLosses: number;
  readonly detectorFailures: number;
  readonly outputs: readonly OutputSummary[];
}

/** Summary of one output. */
export interface OutputSummary {
  readonly name: string;
  /** Number of frames that it dropped, and of its failures. */
  readonly dropped: number;
  readonly failures: number;
  /** Files that it has written, in order. */
  readonly files: readonly string[];
}

/** A covered frame on its way to the outputs of a live run. */
export interface LiveFrame {
  readonly frame: AnonymizedFrame;
  /** The covered boxes; null for a curtain. */
  readonly boxes: readonly TrackBox[] | null;
  /** Capture time, milliseconds since 1970. */
  readonly capturedAt: number;
  /** Audio since the previous frame, 48 kHz, 16 bits, two channels; absent if there is none. */
  readonly sound?: Uint8Array;
}

/** The preview's control over a live run. */
export interface LiveControl {
  /** Refuses invalid values with a VeilError (USAGE). */
  change(settings: Partial<LiveSettings>): void;
  /** Covers everything at once, until released. */
  panic(isOn: boolean): void;
  /** Starts or stops the recording. Rejects if `canRecord` is false. */
  record(isOn: boolean): Promise<void>;
}

/**
 * One output of a live run. It never blocks the others or the source: it drops and counts the frames that it can't
 * take.
 */
export interface LiveOutput {
  /** For logs and the status, such as `rtmp://…` without its secrets. */
  readonly name: string;
  /** Takes a frame, or drops it. Several outputs share its buffer: do not change it. */
  write(frame: LiveFrame): void;
  /** Number of dropped frames. */
  readonly dropped: number;
  /** Number of failures with a restart, or a scheduled one. Absent if the output can't fail. */
  readonly failures?: number;
  /** Files written so far. Absent if it writes none. */
  readonly files?: readonly string[];
  /**
   * Reduces its cost under overload. Absent if that is impossible.
   *
   * @param level 0 is full quality; each level costs less
   */
  degrade?(level: number): void;
  /** Finishes the output, within a few seconds. */
  close(): Promise<void>;
}
