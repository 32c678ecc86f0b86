import { basename } from 'node:path';
import type { Detector } from '../../detect/detector.ts';
import type { Frame } from '../../frame/frame.ts';
import type { Track } from '../../frame/track.ts';
import type { Review, TrackRecord } from '../../documents/track-record.ts';
import { Tracker, type TrackerOptions } from '../../track/tracker.ts';
import type { SourceInfo } from '../../frame/source-info.ts';
import type { LookPlan } from '../../observe/look-plan.ts';
import { delayLine } from './delay-line.ts';
import { findAhead } from './find-ahead.ts';
import { observe } from '../../observe/observe.ts';
import type { MediaInput } from './media.ts';
import type { DecidedFrame } from './decided-frame.ts';
import { planWindow } from './window.ts';

/** Decided frames, in order. The other members describe the frames that have passed so far. */
export interface TrackedMedia {
  readonly frames: AsyncIterable<DecidedFrame>;
  /** Name of the detector; for a model given as a path, the name of its file. */
  readonly detector: string;
  /** Paths of the detector's weights. */
  readonly weightFiles: readonly string[];
  readonly tracks: () => readonly Track[];
  /** Spans in doubt, given the record of the covered frames. */
  readonly review: (record: TrackRecord) => Review;
  /** Number of frames that got a look. */
  readonly looks: () => number;
}

export interface FindOptions {
  readonly detector: Detector;
  /** Score from which a face is covered. */
  readonly threshold: number;
  readonly signal: AbortSignal;
  /** Called for each frame in the first pass, if all frames are read before the first is passed on. */
  readonly onLooked?: ((frame: Frame) => void) | undefined;
  /** Called with the first frame as soon as it is read, if there is no such pass. */
  readonly onFirst?: ((frame: Frame) => void) | undefined;
}

/** The frames of an input with the faces found in them. */
export function findInMedia(
  { source, look, reopen }: MediaInput,
  { detector, threshold, signal, onLooked, onFirst }: FindOptions,
): TrackedMedia {
  const { info } = source;
  const delay = planWindow(info, look);
  const tracker = trackerFor(info, look, { confirmation: detector.traits.confirmation, threshold });
  const observed = observe(source.frames(), { detector, plan: look, signal });
  return {
    frames:
      reopen === null
        ? delayLine(observed, tracker, { ...delay, onFirst })
        : findAhead(observed, tracker, reopen, (frame) => onLooked?.(frame)),
    detector: `${basename(detector.name)}: ${detector.description}`,
    weightFiles: detector.weightFiles ?? [],
    tracks: () => tracker.tracks(),
    review: (record) => record.review(tracker.uncertain(), info),
    looks: () => tracker.looks,
  };
}

/** The tracker for a video with its look plan. */
export function trackerFor(
  info: SourceInfo,
  look: LookPlan,
  detector: Pick<TrackerOptions, 'confirmation' | 'threshold'>,
): Tracker {
  return new Tracker({
    ...detector,
    width: info.width,
    height: info.height,
    frameRate: info.frameRate.num / info.frameRate.den,
    lookInterval: look.interval * look.stride,
    lookAhead: look.isWhole ? Infinity : planWindow(info, look).lookAhead,
  });
}
