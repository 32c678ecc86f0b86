import { basename } from 'node:path';
import { VeilError } from '../../errors.ts';
import { ticksToSeconds, type Frame } from '../../frame/frame.ts';
import type { Observation } from '../../frame/observation.ts';
import { TrackRecord } from '../../documents/track-record.ts';
import { checkDocument } from '../../documents/tracks-document.ts';
import { decodeObservations } from '../../observe/observation-text.ts';
import { decidedFrame, type DecidedFrame } from '../../pipeline/file/decided-frame.ts';
import { delayLine } from '../../pipeline/file/delay-line.ts';
import { trackerFor } from '../../pipeline/file/find-in-media.ts';
import { planWindow } from '../../pipeline/file/window.ts';
import { tracksDocumentOf } from '../../pipeline/file/write-tracks.ts';
import { follow } from '../../track/follow.ts';
import type { Tracker } from '../../track/tracker.ts';
import type { LinkParts, ObservedPart, PartPlan } from './part-types.ts';

/** The part of a frame that tracking needs. */
type Moment = Pick<Frame, 'index' | 'time'>;

/** See {@link LinkParts}. */
export const linkParts: LinkParts = async (plan, observed, { input, config }) => {
  const { source, look, detector } = plan;
  const { info } = source;
  const observations = inOrder(plan, observed);
  const tracker = trackerFor(info, look, {
    confirmation: detector.confirmation,
    threshold: config.threshold,
  });
  const seen = observations.map((observation) => ({
    frame: { index: observation.frame, time: ticksToSeconds(observation.pts, info.timeBase) },
    observation,
  }));
  const record = new TrackRecord();
  for await (const { frame, decision } of look.isWhole
    ? afterAll(seen, tracker)
    : asTheyCome(seen, tracker, plan)) {
    record.addFrame(frame, decision.boxes);
  }
  const review = record.review(tracker.uncertain(), info);
  const tracks = tracksDocumentOf(
    {
      ...{ input, config, record: { tracks: record } },
      media: { kind: 'video', versions: plan.versions, source: { info } },
      tracked: {
        detector: `${basename(detector.name)}: ${detector.description}`,
        weightFiles: [],
        tracks: () => tracker.tracks(),
        review: () => review,
        looks: () => tracker.looks,
      },
    },
    plan.input.bytes,
  );
  checkDocument(tracks, input);
  return { tracks, pts: observations.map(({ pts }) => pts), unlisted: review.unlisted };
};

interface Seen {
  readonly frame: Moment;
  readonly observation: Observation;
}

/** Decides as a run that covers while it reads. */
function asTheyCome(
  seen: readonly Seen[],
  tracker: Tracker,
  { source, look }: PartPlan,
): AsyncIterable<DecidedFrame<Moment>> {
  return delayLine(waitedFor(seen), tracker, planWindow(source.info, look));
}

// All observations exist already.
// eslint-disable-next-line @typescript-eslint/require-await
async function* waitedFor(
  seen: readonly Seen[],
): AsyncGenerator<{ readonly frame: Moment; readonly observation: Promise<Observation> }, void, void> {
  for (const { frame, observation } of seen) yield { frame, observation: Promise.resolve(observation) };
}

/** Decides as a run that reads the whole video before it covers anything. */
function* afterAll(seen: readonly Seen[], tracker: Tracker): Generator<DecidedFrame<Moment>, void, void> {
  for (const { observation } of seen) follow(tracker, observation);
  tracker.end(seen.length - 1);
  tracker.link();
  for (const { frame } of seen) yield decidedFrame(tracker, frame);
}

/** @throws VeilError OBSERVATIONS_INVALID unless there is one for each frame, in order */
function inOrder({ parts, frames }: PartPlan, observed: readonly ObservedPart[]): Observation[] {
  const all = parts.flatMap(({ index, firstFrame, frames: count }) => {
    const found = observed.find(({ part }) => part === index);
    if (found === undefined) throw invalid(`part ${index + 1} is missing`);
    const observations = decodeObservations(found.observations);
    if (observations.length !== count || observations[0]?.frame !== firstFrame)
      throw invalid(`part ${index + 1} has other frames`);
    return observations;
  });
  if (all.length !== frames) throw invalid(`they are of ${all.length} frames instead of ${frames}`);
  if (all.some(({ pts }, index) => index > 0 && pts <= all[index - 1]!.pts))
    throw invalid('their times do not rise');
  return all;
}

function invalid(reason: string): VeilError {
  return new VeilError('OBSERVATIONS_INVALID', `These observations cannot be linked: ${reason}.`, {
    hint: 'Observe the parts again, by one plan.',
  });
}
