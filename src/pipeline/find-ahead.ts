import { VeilError } from '../errors.ts';
import type { Source } from '../source/source.ts';
import { SceneWatch } from '../track/scene-watch.ts';
import type { Tracker } from '../track/tracker.ts';
import type { LookedFrame } from './looking.ts';
import { trackedFrame, type TrackedFrame } from './tracked-frame.ts';
import { TrackerInformer } from './tracker-informer.ts';

/** Frames whose looks may be in work while the next ones are read. */
const READ_AHEAD = 32;

/**
 * Looks through a whole video, follows every face from both sides of where it is hidden, and only then reads the frames
 * once more. They must be those of before: of any other nothing is known, so none may leave.
 *
 * @param reopen opens the same frames again
 * @throws VeilError INPUT_CHANGED, and what the detector and the sources throw
 */
export async function* findAhead(
  looked: AsyncIterable<LookedFrame>,
  tracker: Tracker,
  reopen: () => Promise<Source>,
  onLooked: (frame: LookedFrame['frame']) => void,
): AsyncGenerator<TrackedFrame, void, void> {
  const informer = new TrackerInformer(tracker, new SceneWatch());
  const times: number[] = [];
  for await (const each of looked) {
    informer.add(each);
    await informer.settle(each.frame.index - READ_AHEAD);
    times.push(each.frame.pts);
    onLooked(each.frame);
  }
  await informer.settle(times.length - 1);
  tracker.end(times.length - 1);
  tracker.link();

  await using source = await reopen();
  let count = 0;
  for await (const { frame } of source.frames()) {
    if (frame.pts !== times[count]) throw changed(`frame ${count + 1} is not where it was`);
    count += 1;
    yield trackedFrame(tracker, frame);
  }
  if (count < times.length) throw changed(`it ends after ${count} of ${times.length} frames`);
}

function changed(how: string): VeilError {
  return new VeilError('INPUT_CHANGED', `The input has changed since it was looked through: ${how}.`, {
    hint: 'Wait until nothing writes to it any more, and run it again. Nothing was written.',
  });
}
