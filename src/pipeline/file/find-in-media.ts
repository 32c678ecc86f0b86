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

/** Decided frames, in order. The other members describe the frames that have passed. */
export interface TrackedMedia {
  readonly frames: AsyncIterable<DecidedFrame>;
  /** What found the faces; a model that was given as a path goes by the name of its file. */
  readonly detector: string;
  /** Paths of the weights of what found them. */
  readonly weightFiles: readonly string[];
  readonly tracks: () => readonly Track[];
  /** Spans in doubt, given the record of the covered frames. */
  readonly review: (record: TrackRecord) => Review;
  /** How many frames were looked at. */
  readonly looks: () => number;
}

export interface FindOptions {
  readonly detector: Detector;
  /** Score from which a face is covered. */
  readonly threshold: number;
  readonly signal: AbortSignal;
  /** Called for each frame that was read, where all are before the first is handed on. */
  readonly onLooked?: ((frame: Frame) => void) | undefined;
}

/** The frames of an input with the faces that are found in them. */
export function findInMedia(
  { source, look, reopen }: MediaInput,
  { detector, threshold, signal, onLooked }: FindOptions,
): TrackedMedia {
  const { info } = source;
  const delay = planWindow(info, look);
  const tracker = trackerFor(info, look, { confirmation: detector.traits.confirmation, threshold });
  const observed = observe(source.frames(), { detector, plan: look, signal });
  return {
    frames:
      reopen === null
        ? delayLine(observed, tracker, delay)
        : findAhead(observed, tracker, reopen, (frame) => onLooked?.(frame)),
    detector: `${basename(detector.name)}: ${detector.description}`,
    weightFiles: detector.weightFiles ?? [],
    tracks: () => tracker.tracks(),
    review: (record) => record.review(tracker.uncertain(), info),
    looks: () => tracker.looks,
  };
}

/** What follows the faces of a video that is looked at in a way. */
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
