import type { CurtainReason } from './decision.ts';
import type { AnonymizedFrame } from './frame.ts';
import type { TrackBox } from './track.ts';
import type { Style } from './style.ts';

/**
 * What a live run shows: `starting` until the detector has proved itself, `live`, `curtain` while faces are not known
 * in time, `panic` while the picture is held covered by hand, `no-source` while the source is lost.
 */
export type LiveState = 'starting' | 'live' | 'curtain' | 'panic' | 'no-source';

/** What a live run can do against overload, each on top of the ones before. What covers people is never given up. */
export const OVERLOAD_STEPS = ['fewer-looks', 'smaller-looks', 'preview-quality', 'preview-rate'] as const;

/** Something that is done against overload. */
export type OverloadStep = (typeof OVERLOAD_STEPS)[number];

/** Settings that can change while a live run goes on. */
export interface LiveSettings {
  readonly style: Style;
  /** Cells across a head, 2…8. */
  readonly cells: number;
  /** Score from which a detection counts as a face, 0…1. */
  readonly threshold: number;
}

/** How a live run is doing, a few times a second. */
export interface LiveStatus {
  readonly state: LiveState;
  /** Why the picture is covered; null while it is live. */
  readonly reason: CurtainReason | null;
  /** What the source said when it was lost; null where it is not, or said nothing. */
  readonly sourceProblem: string | null;
  readonly settings: LiveSettings;
  /** Faces covered now, and followed so far. */
  readonly faces: number;
  readonly tracks: number;
  /** Frames per second that came in and that left. */
  readonly fpsIn: number;
  readonly fpsOut: number;
  /** Milliseconds from capture until the frame left the pipeline; null before the first. */
  readonly latency: number | null;
  /** Milliseconds of it that were asked for. */
  readonly delay: number;
  /** Frames that left, of these covered as a whole, and frames that were dropped before they could leave. */
  readonly frames: number;
  readonly curtained: number;
  readonly dropped: number;
  /** Steps against overload that are in force now, in the order in which they began. */
  readonly overload: readonly OverloadStep[];
  readonly isRecording: boolean;
  /** False where no recording was asked for: then there is nothing to start. */
  readonly canRecord: boolean;
}

/** Milliseconds that half, and 95 of 100, of the frames took at most. */
export interface LatencySpread {
  readonly p50: number;
  readonly p95: number;
}

/** How a live run went, once it is over. */
export interface LiveSummary {
  /** Seconds from the first frame that left to the last. */
  readonly duration: number;
  /** Frames that came, that left, of these covered as a whole, and that were dropped before they could leave. */
  readonly framesIn: number;
  readonly frames: number;
  readonly curtained: number;
  readonly dropped: number;
  /** Of the frames that were covered as a whole. */
  readonly causes: Partial<Record<CurtainReason, number>>;
  /** Faces followed. */
  readonly tracks: number;
  /** From capture until a frame left the pipeline; null where none did. */
  readonly latency: LatencySpread | null;
  /** Times that the source was lost, and that the detector failed. */
  readonly sourceLosses: number;
  readonly detectorFailures: number;
  readonly outputs: readonly OutputSummary[];
}

/** How one output went. */
export interface OutputSummary {
  readonly name: string;
  /** Frames that it had to drop, and times that it failed. */
  readonly dropped: number;
  readonly failures: number;
  /** Files that it wrote, in order. */
  readonly files: readonly string[];
}

/** A covered frame on its way to the outputs of a live run. */
export interface LiveFrame {
  readonly frame: AnonymizedFrame;
  /** The boxes that were covered; null for a curtain. */
  readonly boxes: readonly TrackBox[] | null;
  /** When it was captured, milliseconds since 1970. */
  readonly capturedAt: number;
  /** The sound since the frame before, 48,000 samples a second of 16 bits and two channels; absent where there is none. */
  readonly sound?: Uint8Array;
}

/** What the preview may ask of a live run. */
export interface LiveControl {
  /** Values out of range are refused with a VeilError (USAGE). */
  change(settings: Partial<LiveSettings>): void;
  /** Covers everything at once, until released. */
  panic(isOn: boolean): void;
  /** Starts or stops the recording. Rejects where `canRecord` is false. */
  record(isOn: boolean): Promise<void>;
}

/**
 * One output of a live run. It never holds the others or the source up: it drops and counts the frames that it cannot
 * take.
 */
export interface LiveOutput {
  /** For logs and the status, such as `rtmp://…` without its secrets. */
  readonly name: string;
  /** Takes a frame, or drops it. Several outputs share its buffer: do not change it. */
  write(frame: LiveFrame): void;
  /** Frames that it had to drop. */
  readonly dropped: number;
  /** Times that it failed and was, or would have been, started again. Absent where that can't be. */
  readonly failures?: number;
  /** Files that it has written so far. Absent where it writes none. */
  readonly files?: readonly string[];
  /**
   * Makes it cheaper where the machine is overloaded. Absent where that can't be.
   *
   * @param level 0 is full quality; each step costs less
   */
  degrade?(level: number): void;
  /** Ends it in good order, within a few seconds. */
  close(): Promise<void>;
}
