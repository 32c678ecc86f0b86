import { crc32 } from 'node:zlib';
import { VeilError } from '../../errors.ts';
import type { Frame } from '../../frame/frame.ts';
import type { Source } from '../../source/source.ts';
import type { Tracker } from '../../track/tracker.ts';
import type { ObservedFrame } from '../../observe/observe.ts';
import { decidedFrame, type DecidedFrame } from './decided-frame.ts';
import { Follower } from './follower.ts';

/** Frames to read ahead while looks are running. */
const READ_AHEAD = 32;

/**
 * Searches a whole video, tracks every face across occlusions from both sides, and only then reads the frames again.
 * They must equal those of the first pass in time and in every pixel: nothing is known about other frames.
 *
 * @param reopen opens the same frames again
 * @throws VeilError INPUT_CHANGED, and errors of the detector and the sources
 */
export async function* findAhead(
  observed: AsyncIterable<ObservedFrame>,
  tracker: Tracker,
  reopen: () => Promise<Source>,
  onLooked: (frame: Frame) => void,
): AsyncGenerator<DecidedFrame, void, void> {
  const follower = new Follower(tracker);
  const seen: SeenFrame[] = [];
  for await (const { frame, observation } of observed) {
    follower.add(frame.index, observation);
    await follower.followTo(frame.index - READ_AHEAD);
    seen.push(seenFrame(frame));
    onLooked(frame);
    frame.release?.();
  }
  await follower.followTo(seen.length - 1);
  tracker.end(seen.length - 1);
  tracker.link();

  await using source = await reopen();
  let count = 0;
  for await (const { frame } of source.frames()) {
    const { pts, checksum } = seenFrame(frame);
    if (pts !== seen[count]?.pts) throw changed(`frame ${count + 1} is not where it was`);
    if (checksum !== seen[count]?.checksum) throw changed(`frame ${count + 1} is not what it was`);
    count += 1;
    yield decidedFrame(tracker, frame);
  }
  if (count < seen.length) throw changed(`it ends after ${count} of ${seen.length} frames`);
}

/** Identifies a frame in the second pass. */
interface SeenFrame {
  readonly pts: number;
  readonly checksum: number;
}

function seenFrame({ pts, data }: Pick<Frame, 'pts' | 'data'>): SeenFrame {
  return { pts, checksum: crc32(data) };
}

function changed(how: string): VeilError {
  return new VeilError('INPUT_CHANGED', `The input has changed since it was looked through: ${how}.`, {
    hint: 'Wait until nothing writes to it any more, and run it again. Nothing was written.',
  });
}
