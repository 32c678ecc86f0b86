import { crc32 } from 'node:zlib';
import { VeilError } from '../../errors.ts';
import type { Frame } from '../../frame/frame.ts';
import type { Source } from '../../source/source.ts';
import type { Tracker } from '../../track/tracker.ts';
import type { ObservedFrame } from '../../observe/observe.ts';
import { decidedFrame, type DecidedFrame } from './decided-frame.ts';
import { Follower } from './follower.ts';

/** Frames whose looks may be in work while the next ones are read. */
const READ_AHEAD = 32;

/**
 * Looks through a whole video, follows every face from both sides of where it is hidden, and only then reads the frames
 * once more. They must be those of before, in time and in every pixel: of any other nothing is known, so none may leave.
 *
 * @param reopen opens the same frames again
 * @throws VeilError INPUT_CHANGED, and what the detector and the sources throw
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

/** By what a frame is known again. */
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
