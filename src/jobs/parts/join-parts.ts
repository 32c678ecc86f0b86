import { VeilError } from '../../errors.ts';
import { ticksToSeconds } from '../../frame/frame.ts';
import { TrackPlan } from '../../documents/track-plan.ts';
import { checkSideFiles, sideFilesOf } from '../../pipeline/file/check-side-files.ts';
import { plannedDecision, reviewOf } from '../../pipeline/file/follow-tracks.ts';
import { sinkOptionsOf } from '../../pipeline/file/media.ts';
import { RunRecord } from '../../pipeline/file/run-record.ts';
import { finishCovered } from '../../pipeline/file/write-covered.ts';
import { openJoinedFile } from '../../sink/file/joined-file.ts';
import { readingOf } from '../../source/file/read-input.ts';
import { usableVideo } from '../../source/source-error.ts';
import { preparePlanned } from './open-part.ts';
import type { JoinParts, LinkedParts, PartPlan, RenderedPart } from './part-types.ts';
import { checkTracks, hashOfTimes } from './render-part.ts';
import { unfit } from './unfit.ts';

/** See {@link JoinParts}. */
export const joinParts: JoinParts = async (plan, linked, rendered, options) => {
  const { input, output, config, signal, reportPath, tracksPath, elapsed = 0 } = options;
  checkTracks(plan, linked.tracks, config);
  if (rendered.length !== plan.parts.length || rendered.some(({ part }, index) => part !== index))
    throw unfit('not all of its parts are rendered');
  checkTimes(plan, linked, rendered);
  await checkSideFiles(sideFilesOf(options), options, output);
  const video = await preparePlanned(plan, options);
  const { picture, facts } = video;
  if (picture === null) throw new VeilError('INTERNAL', 'Parts were to be joined without a plan for it.');
  const record = recordOf(plan, linked, elapsed);
  const times = [linked.pts[0]!, linked.pts.at(-1)!].map((pts) =>
    ticksToSeconds(pts, plan.source.info.timeBase),
  );
  const span = { frames: plan.frames, firstTime: times[0]!, lastTime: times[1]! };
  const files = rendered.map(({ file, sha256 }) => ({ path: file, sha256 }));
  const covered = new TrackPlan(linked.tracks);
  const sink = await openJoinedFile(sinkOptionsOf({ ...video, picture }, plan.source, output, signal));
  try {
    return await finishCovered(
      (beforePlacing) => sink.finish(files, span, beforePlacing),
      {
        media: {
          kind: 'video',
          source: plan.source,
          reading: readingOf(facts, usableVideo(input, facts)),
          notes: () => [...plan.notes, ...sink.notes],
          doubts: () => [...plan.doubts, ...sink.doubts],
          versions: plan.versions,
        },
        tracked: {
          detector: linked.tracks.detector,
          weightFiles: [],
          tracks: () => covered.tracks(),
          review: (of) => ({ ...reviewOf(linked.tracks, of), unlisted: linked.unlisted }),
          looks: () => linked.tracks.looks,
        },
        record,
        sha256: plan.input.sha256,
        anonymizer: rendered[0]!.anonymizer,
        encoder: sink.encoder,
        weights: plan.detector.weights,
      },
      { input, output, config, reportPath, tracksPath, signal, logger: options.logger },
    );
  } catch (error) {
    await sink.abort();
    throw error;
  }
};

/**
 * Checks that the covered frames are the observed ones.
 *
 * @throws VeilError PARTS_UNFIT
 */
function checkTimes({ parts }: PartPlan, { pts }: LinkedParts, rendered: readonly RenderedPart[]): void {
  for (const [index, { firstFrame, frames }] of parts.entries()) {
    if (hashOfTimes(pts.slice(firstFrame, firstFrame + frames)) !== rendered[index]!.times)
      throw unfit(`part ${index + 1} was covered with other frames than were looked at`);
  }
}

/** The record of covered frames. */
function recordOf({ source }: PartPlan, { tracks, pts }: LinkedParts, elapsed: number): RunRecord {
  const record = new RunRecord(source.info, undefined, elapsed);
  const plan = new TrackPlan(tracks);
  for (const [index, ticks] of pts.entries()) {
    const time = ticksToSeconds(ticks, source.info.timeBase);
    record.add({ frame: { index, time }, decision: plannedDecision(plan, index) });
  }
  return record;
}
