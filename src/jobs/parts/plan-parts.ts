import { ownVersion } from '../../base/own-version.ts';
import { frameTimes } from '../../ffmpeg/frame-times.ts';
import { ticksToSeconds } from '../../frame/frame.ts';
import { NO_LOOKS, type LookPlan } from '../../observe/look-plan.ts';
import { hashInput } from '../../pipeline/file/hash-input.ts';
import {
  openPrepared,
  planLook,
  prepareVideo,
  sinkOptionsOf,
  type PreparedVideo,
} from '../../pipeline/file/media.ts';
import { weightsOf } from '../../pipeline/file/prove.ts';
import { encoderSupportOf } from '../../sink/encoder-support.ts';
import { planInParts } from '../../sink/file/plan-file.ts';
import { planSound } from '../../sink/file/sound.ts';
import { endsInPacket } from '../../source/file/cut-off.ts';
import type { VideoSource } from '../../source/file/ffmpeg-source.ts';
import { leftOutDoubts, leftOutNotes } from '../../source/file/left-out.ts';
import { lossAtEnd } from '../../source/file/loss-at-end.ts';
import { isPhoto } from '../../source/photo/picture-support.ts';
import { usableVideo } from '../../source/source-error.ts';
import { cutParts } from './cut-parts.ts';
import type { PlanParts } from './part-types.ts';
import { unfit } from './unfit.ts';

/** See {@link PlanParts}. */
export const planParts: PlanParts = async (options) => {
  const { input, output, config, signal, seconds } = options;
  if (await isPhoto(input)) throw unfit('it is a photo');
  const video = await prepareVideo(options, output);
  const { facts, binaries, picture } = video;
  if (facts.clockJumps.length > 0) throw unfit('its clock jumps');
  if (!(await encoderSupportOf(binaries.ffmpeg.path)).packetDurations) throw unfit('this ffmpeg is too old');
  const detector = await options.detector;
  const look = planLook(facts.video, config, detector);
  if (!isSteady(look)) throw unfit('with this detector, what is looked at depends on all that came before');
  const { source, firstPts } = await firstOf(video);
  await checkOutput(video, source, output);
  const pts = await ptsOf(video, firstPts, source);
  await checkEnd(video, pts, source);
  const { num, den } = source.info.timeBase;
  const parts = cutParts(pts, {
    ...{ timeBase: { num, den }, frameRate: source.info.frameRate, seconds },
    start: config.start ?? 0,
    step: look.interval * look.stride,
  });
  if (parts.length < 2) throw unfit('it is too short');
  const { noiseSeed, sha256 } = await hashInput(input, signal);
  const doubts = [...leftOutDoubts(input, facts), ...source.doubts];
  return {
    format: 'veil-part-plan/1',
    veil: ownVersion(),
    input: { bytes: facts.size, sha256 },
    noiseSeed,
    versions: { ffmpeg: binaries.ffmpeg.version },
    source: { info: source.info, color: source.color, sampleAspectRatio: source.sampleAspectRatio },
    notes: [...binaries.notes, ...leftOutNotes(facts), ...source.notes, ...(picture?.notes ?? []), ...doubts],
    doubts,
    look,
    detector: {
      name: detector.name,
      description: detector.description,
      confirmation: detector.traits.confirmation,
      weights: await weightsOf(detector.weightFiles ?? [], signal),
    },
    frames: pts.length,
    parts,
  };
};

/** Checks before the work whether the output can be written. */
async function checkOutput(
  video: PreparedVideo,
  source: Pick<VideoSource, 'info' | 'color' | 'sampleAspectRatio'>,
  output: string,
): Promise<void> {
  const { picture, signal } = video;
  if (picture === null) return;
  const options = sinkOptionsOf({ ...video, picture }, source, output, signal);
  const { muxer, support } = await planInParts(options);
  await planSound({ ...options, muxer, support }, signal).stop();
}

/** Whether the look budget never limits a pass, so that extra looks do not depend on earlier passes. */
function isSteady({ stride, extraPerPass }: LookPlan): boolean {
  return extraPerPass === 0 || extraPerPass >= stride - 1;
}

/** Facts about the frames, and the time of the first one, ticks from the start of the run. */
async function firstOf(video: PreparedVideo): Promise<{
  source: Pick<VideoSource, 'info' | 'color' | 'sampleAspectRatio' | 'notes' | 'doubts'>;
  firstPts: number;
}> {
  const { start, end } = video.config;
  await using source = await openPrepared(video, NO_LOOKS, { start, end });
  for await (const { frame } of source.frames()) {
    const { info, color, sampleAspectRatio, notes, doubts } = source;
    return { source: { info, color, sampleAspectRatio, notes, doubts: [...doubts] }, firstPts: frame.pts };
  }
  throw unfit('it has no frames');
}

/** Times of all frames, ticks from the start of the run. */
async function ptsOf(
  { input, facts, binaries, config, signal }: PreparedVideo,
  firstPts: number,
  { info: { timeBase } }: Pick<VideoSource, 'info'>,
): Promise<number[]> {
  const { start, end } = config;
  const times = await frameTimes(input, facts, binaries, { start, end, signal });
  const [first] = times;
  if (first === undefined) throw unfit('it does not state when each frame is shown');
  const pts = times.map((time) => firstPts + Math.round(((time - first) * timeBase.den) / timeBase.num));
  if (pts.some((ticks, index) => index > 0 && ticks <= pts[index - 1]!))
    throw unfit('two frames have one time');
  return pts;
}

/** Refuses a file that seems cut off: reading it in one piece finds what is missing at its end. */
async function checkEnd(
  { input, facts, config }: PreparedVideo,
  pts: readonly number[],
  { info: { timeBase } }: Pick<VideoSource, 'info'>,
): Promise<void> {
  if (config.start !== null || config.end !== null) return;
  const last = ticksToSeconds(pts.at(-1)!, timeBase);
  const isCutOff = lossAtEnd(facts, usableVideo(input, facts), pts.length, last) !== null;
  if (isCutOff || (await endsInPacket(input, facts))) throw unfit('its end is missing');
}
