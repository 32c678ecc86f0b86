/** Veil as a library: one call per file, and every stage separately. */
export { anonymizeFile, type AnonymizeFileOptions } from './pipeline/file/anonymize-file.ts';
export { detectFile, type DetectFileOptions } from './pipeline/file/detect-file.ts';
export { renderFile, type RenderFileOptions } from './pipeline/file/render-file.ts';
export {
  TRACKS_FORMAT,
  parseTracks,
  readTracks,
  type TracksDocument,
  type TracksInput,
} from './documents/tracks-document.ts';
export { createConfiguredDetector } from './detect/configured-detector.ts';
export { startDetectorProcess, type DetectorProcess } from './observe/detector-process.ts';
export type { Progress, RunResult } from './pipeline/file/run-record.ts';
export type { FileResult } from './pipeline/file/write-covered.ts';

export { resolveConfig, loadConfig } from './config/load.ts';
export { encodingFor, type Encoding } from './config/encoding.ts';
export type { ConfigInput, ResolvedConfig } from './config/schema.ts';
export { VeilError, EXIT, exitCodeOf, type ErrorCode } from './errors.ts';
export { ERROR_CODES, type ErrorCodeInfo } from './error-codes.ts';
export { silentLogger, type Logger } from './logger.ts';

export type { Box } from './frame/box.ts';
export type { Detection, Look, Confirmation } from './frame/detection.ts';
export type { AnonymizedFrame, Frame, Picture, PixelFormat, Rational } from './frame/frame.ts';
export type {
  Doubt,
  Sighting,
  Track,
  TrackBox,
  TrackBoxOrigin,
  UncertainSpan,
  UncertaintyReason,
} from './frame/track.ts';

export { findBinaries, type Binaries } from './ffmpeg/binaries.ts';
export { probe, type Probe } from './ffmpeg/probe.ts';

export { openSource, type OpenSourceOptions } from './pipeline/file/open-source.ts';
export type { Source, SourceFrame } from './source/source.ts';
export type { SourceInfo } from './frame/source-info.ts';

export { createDetector, type DetectorOptions } from './detect/create-detector.ts';
export type { Detector, DetectorTraits } from './detect/detector.ts';
export { ModelStore } from './models/model-store.ts';

export { follow } from './track/follow.ts';
export { Tracker } from './track/tracker.ts';
export type { SceneChange } from './frame/scene-change.ts';
export type { Observation } from './frame/observation.ts';
export { SceneWatch } from './observe/scene-watch.ts';
export { observe, type ObservedFrame } from './observe/observe.ts';
export { decodeObservations, encodeObservations } from './observe/observation-text.ts';

export { createAnonymizer } from './anonymize/anonymizer.ts';
export type { Anonymizer } from './anonymize/anonymizer.ts';

export { openFileSink } from './sink/file/file-sink.ts';
export type { Sink } from './sink/sink.ts';

export { decide, type FrameKnowledge } from './pipeline/decide.ts';
export type { CurtainReason, Decision, UnseenReason } from './frame/decision.ts';
export { delayLine, type DelayLineOptions } from './pipeline/file/delay-line.ts';
export type { DecidedFrame } from './pipeline/file/decided-frame.ts';
export { coverFrames, type CoverOptions } from './pipeline/file/cover-frames.ts';
export { planLooks, type LookPlan } from './observe/look-plan.ts';
export { planWindow } from './pipeline/file/window.ts';
export { REPORT_FORMAT, type Report } from './documents/write-report.ts';
