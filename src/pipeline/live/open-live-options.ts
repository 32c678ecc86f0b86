import type { ResolvedConfig } from '../../config/schema.ts';
import type { ColorInfo } from '../../ffmpeg/probe.ts';
import type { LiveOutput } from '../../frame/live-output.ts';
import type { Logger } from '../../logger.ts';
import type { PublishTarget } from '../../sink/live/publish-target.ts';
import type { LiveInput, WantedPicture } from '../../source/live/live-input.ts';
import type { MicrophoneInput } from '../../source/live/microphone-input.ts';
import type { LiveRun } from './live-run.ts';

/** A live run as it is asked for. */
export interface OpenLiveOptions {
  readonly input: LiveInput;
  /** Where the sound comes from, instead of from the source. */
  readonly microphone: MicrophoneInput | null;
  /** Size and rate of a camera or the test picture. */
  readonly wanted: WantedPicture;
  readonly config: ResolvedConfig;
  /** Milliseconds from capture until a frame leaves. */
  readonly delay: number;
  /** Begin in panic: everything is covered until it is released. */
  readonly startsCovered: boolean;
  /** File to record to, and seconds after which another is begun. */
  readonly record: { readonly path: string; readonly segment: number | null } | null;
  readonly publish: readonly PublishTarget[];
  /** Device of v4l2loopback. */
  readonly virtualCamera: string | null;
  /** Opens a further output that asks and controls the run: the preview. */
  readonly openPreview: ((context: PreviewContext) => Promise<LiveOutput>) | null;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** The detector's program; the one with the real detectors unless given. */
  readonly detectorProgram?: URL;
}

/** What a preview needs of a run. */
export interface PreviewContext {
  readonly run: LiveRun;
  readonly ffmpeg: string;
  readonly frameRate: number;
  readonly color: ColorInfo;
  readonly logger: Logger;
}
