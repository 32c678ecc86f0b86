import { stat } from 'node:fs/promises';
import type { Anonymizer } from '../../anonymize/anonymizer.ts';
import { sha256OfFile, sha256OfText } from '../../base/sha256.ts';
import { TrackPlan } from '../../documents/track-plan.ts';
import type { TracksDocument } from '../../documents/tracks-document.ts';
import { interrupted, VeilError } from '../../errors.ts';
import type { AnonymizedFrame, Frame } from '../../frame/frame.ts';
import { NO_LOOKS } from '../../observe/look-plan.ts';
import { checkSameVideo, plannedDecision } from '../../pipeline/file/follow-tracks.ts';
import { openPrepared, sinkOptionsOf } from '../../pipeline/file/media.ts';
import { anonymizerFor } from '../../pipeline/file/write-covered.ts';
import { openPartSink } from '../../sink/file/part-sink.ts';
import { partOfPlan, preparePlanned } from './open-part.ts';
import { isWithin, partFrames } from './part-frames.ts';
import type { PartPlan, RenderPart } from './part-types.ts';

/** See {@link RenderPart}. */
export const renderPart: RenderPart = async (plan, index, tracks, file, options) => {
  const { config, signal, onFrames } = options;
  checkTracks(plan, tracks, config);
  const part = partOfPlan(plan, index);
  const video = await preparePlanned(plan, options);
  const { picture } = video;
  if (picture === null) throw new VeilError('INTERNAL', 'A part was to be rendered without a plan for it.');
  const { start, end } = part.render;
  await using source = await openPrepared(video, NO_LOOKS, {
    start: start ?? config.start,
    end: end ?? config.end,
  });
  const sink = await openPartSink(
    sinkOptionsOf({ ...video, picture }, plan.source, options.output, signal),
    file,
  );
  const covered = new TrackPlan(tracks);
  const around = { start: config.start ?? 0, isLast: part.isLast };
  const times: number[] = [];
  let anonymizer: Anonymizer | null = null;
  try {
    anonymizer = await anonymizerFor(source, plan.noiseSeed, options);
    for await (const { frame } of partFrames(source, part, part.render, around)) {
      if (signal.aborted) throw interrupted();
      // The frame after the part only feeds filters.
      if (frame.index >= part.firstFrame + part.frames) frame.release?.();
      else {
        const { pts } = frame;
        const done = await cover(anonymizer, covered, frame);
        // Earlier frames are covered only to build up the state of the cells.
        if (!isWithin(part, frame.index)) frame.release?.();
        else {
          times.push(pts);
          await sink.write(done);
        }
        onFrames?.(Math.max(0, frame.index + 1 - part.firstFrame));
      }
    }
    await sink.finish();
  } catch (error) {
    await sink.abort();
    throw error;
  } finally {
    await anonymizer?.close();
  }
  const { size: bytes } = await stat(file);
  const sha256 = await sha256OfFile(file, signal);
  const { description } = anonymizer;
  return {
    ...{ part: index, frames: part.frames, anonymizer: description, bytes, sha256 },
    times: hashOfTimes(times),
  };
};

/** Hash that identifies frames by their times, ticks. */
export function hashOfTimes(pts: readonly number[]): string {
  return sha256OfText(pts.join());
}

function cover(
  anonymizer: Anonymizer,
  plan: TrackPlan,
  frame: Frame,
): Promise<AnonymizedFrame> | AnonymizedFrame {
  const decision = plannedDecision(plan, frame.index);
  return decision.cover === 'all' ? anonymizer.curtain(frame) : anonymizer.anonymize(frame, decision.boxes);
}

/** @throws VeilError TRACKS_MISMATCH if they are of another video than the plan */
export function checkTracks(
  plan: PartPlan,
  tracks: TracksDocument,
  { start, end }: { readonly start: number | null; readonly end: number | null },
): void {
  checkSameVideo(tracks, { bytes: plan.input.bytes, info: plan.source.info, start, end });
  if (tracks.input.frames === plan.frames) return;
  throw new VeilError('TRACKS_MISMATCH', 'These tracks are not of this plan: they are of other frames.', {
    hint: 'Link the parts again. Nothing was written.',
  });
}
