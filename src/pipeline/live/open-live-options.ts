import type { ResolvedConfig } from '../../config/schema.ts';
import type { ColorInfo } from '../../ffmpeg/probe.ts';
import type { LiveOutput } from '../../frame/live-output.ts';
import type { Logger } from '../../logger.ts';
import type { PublishTarget } from '../../sink/live/publish-target.ts';
import type { LiveInput, WantedPicture } from '../../source/live/live-input.ts';
import type { MicrophoneInput } from '../../source/live/microphone-input.ts';
import type { LiveRun } from './live-run.ts';

/** Options of a live run. */
export interface OpenLiveOptions {
  readonly input: LiveInput;
  /** Source of the audio, instead of the video source. */
  readonly microphone: MicrophoneInput | null;
  /** Size and rate of a camera or the test picture. */
  readonly wanted: WantedPicture;
  readonly config: ResolvedConfig;
  /** Milliseconds from capture to release. */
  readonly delay: number;
  /** Start in panic: everything is covered until the user releases it. */
  readonly startsCovered: boolean;
  /** File to record to, and seconds per segment. */
  readonly record: { readonly path: string; readonly segment: number | null } | null;
  readonly publish: readonly PublishTarget[];
  /** A v4l2loopback device. */
  readonly virtualCamera: string | null;
  /** Opens a further output that observes and controls the run: the preview. */
  readonly openPreview: ((context: PreviewContext) => Promise<LiveOutput>) | null;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** The detector's program; by default the one with the real detectors. */
  readonly detectorProgram?: URL;
}

/** What a preview needs from a run. */
export interface PreviewContext {
  readonly run: LiveRun;
  readonly ffmpeg: string;
  readonly frameRate: number;
  readonly color: ColorInfo;
  readonly logger: Logger;
}
