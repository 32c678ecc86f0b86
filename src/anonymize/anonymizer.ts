import type { AnonymizedFrame, Frame } from '../frame/frame.ts';
import type { TrackBox } from '../frame/track.ts';

/** Covers heads. */
export interface Anonymizer {
  /** For reports and logs, such as `cpu` or `webgpu (NVIDIA …)`. */
  readonly description: string;
  /**
   * Covers the head around every face box, in place: the frame's buffer is changed and handed on. Frames must
   * come in order, because cell values are held over time. Rejects (GPU_LOST, INTERNAL) rather than hand out a
   * frame that is not covered.
   */
  anonymize(frame: Frame, boxes: readonly TrackBox[]): Promise<AnonymizedFrame>;
  /** Covers the whole picture: for frames whose faces are not known. */
  curtain(frame: Frame): AnonymizedFrame;
  close(): Promise<void>;
}
