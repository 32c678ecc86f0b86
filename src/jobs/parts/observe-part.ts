import { VeilError } from '../../errors.ts';
import type { Observation } from '../../frame/observation.ts';
import { encodeObservations } from '../../observe/observation-text.ts';
import { observe } from '../../observe/observe.ts';
import { openPrepared } from '../../pipeline/file/media.ts';
import { weightsOf } from '../../pipeline/file/prove.ts';
import type { SourceFrame } from '../../source/source.ts';
import { partOfPlan, preparePlanned } from './open-part.ts';
import { isWithin, partFrames } from './part-frames.ts';
import type { ObservePart, Part, PartPlan, PartsOptions } from './part-types.ts';
import { unfit } from './unfit.ts';

/** Frames to read ahead while looks are running, in addition to those of two looks. */
const READ_AHEAD = 32;

/** See {@link ObservePart}. */
export const observePart: ObservePart = async (plan, index, options) => {
  const { config, signal, onFrames } = options;
  const part = partOfPlan(plan, index);
  const video = await preparePlanned(plan, options);
  const detector = await options.detector;
  await checkDetector(plan, options);
  const { start, end } = part.observe;
  await using source = await openPrepared(video, plan.look, {
    start: start ?? config.start,
    end: end ?? config.end,
  });
  const around = { start: config.start ?? 0, isLast: part.isLast };
  // The first part has no frames before it, so every decoder warning is about the part itself.
  const before: { doubts: string | null } = { doubts: index === 0 ? '' : null };
  const frames = lookedAt(part, partFrames(source, part, part.observe, around), () => {
    before.doubts ??= source.doubts.join();
  });
  const waiting: Promise<Observation>[] = [];
  const observations: Observation[] = [];
  const ahead = READ_AHEAD + 2 * plan.look.interval * plan.look.stride;
  for await (const { frame, observation } of observe(frames, { detector, plan: plan.look, signal })) {
    frame.release?.();
    if (!isWithin(part, frame.index)) continue;
    waiting.push(observation);
    if (waiting.length > ahead) observations.push(await waiting.shift()!);
    onFrames?.(frame.index + 1 - part.firstFrame);
  }
  observations.push(...(await Promise.all(waiting)));
  // Warnings about the frames before belong to the previous part, or only come from the cut.
  if (source.doubts.join() !== (before.doubts ?? '')) throw unfit('it is damaged');
  return { part: index, observations: encodeObservations(observations) };
};

/** Frames before the part get no look: looks are for frames of the part and the one after it. */
async function* lookedAt(
  { firstFrame }: Part,
  frames: AsyncIterable<SourceFrame>,
  onBegin: () => void,
): AsyncGenerator<SourceFrame, void, void> {
  for await (const { frame, pictures } of frames) {
    if (frame.index === firstFrame) onBegin();
    yield { frame, pictures: frame.index < firstFrame ? null : pictures };
  }
}

/** @throws VeilError PARTS_UNFIT if the detector's weights are not those of the plan */
async function checkDetector(
  { detector }: PartPlan,
  options: Pick<PartsOptions, 'signal'> & Pick<Parameters<ObservePart>[2], 'detector'>,
): Promise<void> {
  const { name, weightFiles = [] } = await options.detector;
  const weights = await weightsOf(weightFiles, options.signal);
  const sums = (files: typeof weights): string => files.map(({ sha256 }) => sha256).join();
  if (name !== detector.name || sums(weights) !== sums(detector.weights)) {
    throw new VeilError('PARTS_UNFIT', `The plan is of the detector ${detector.name} with other weights.`, {
      hint: 'Use one detector, with the same weights, for all parts.',
    });
  }
}
