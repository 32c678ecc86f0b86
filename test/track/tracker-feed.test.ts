import { expect, test, vi } from 'vitest';
import { NO_SHIFT } from '../../src/frame/scene-change.ts';
import { TrackerFeed } from '../../src/track/tracker-feed.ts';
import { Tracker } from '../../src/track/tracker.ts';

const options = {
  ...{ width: 1280, height: 720, frameRate: 30, lookInterval: 6, lookAhead: 30 },
  confirmation: { seenOnce: 0, largeFace: 0, holdSeconds: 0.5 },
};

/** What a tracker is told, in order, of frames with these cuts. */
function told(cuts: readonly number[], tell: (feed: TrackerFeed) => void): string[] {
  const tracker = new Tracker(options);
  const lines: string[] = [];
  vi.spyOn(tracker, 'addCut').mockImplementation((frame) => lines.push(`cut ${frame}`));
  vi.spyOn(tracker, 'addLook').mockImplementation(({ frame }) => lines.push(`look ${frame}`));
  const feed = new TrackerFeed(tracker);
  for (let frame = 0; frame < 20; frame += 1) {
    feed.addFrame(frame, { isCut: cuts.includes(frame), shift: NO_SHIFT });
  }
  tell(feed);
  return lines;
}

const look = (frame: number) => ({ frame, faces: [] });

test('a look that is finished after the next scene has begun belongs to its own scene', () => {
  const lines = told([8], (feed) => {
    feed.addLook(look(6));
    feed.addLook(look(12));
  });
  expect(lines).toEqual(['look 6', 'cut 8', 'look 12']);
});

test('a cut comes before the look at the frame that it is at', () => {
  expect(
    told([6], (feed) => {
      feed.addLook(look(6));
    }),
  ).toEqual(['cut 6', 'look 6']);
});

test('cuts are told without a look where none comes any more', () => {
  expect(
    told([3, 9, 15], (feed) => {
      feed.cutUpTo(10);
    }),
  ).toEqual(['cut 3', 'cut 9']);
});

test('scenes that have left without a look are forgotten, all but the one that a frame belongs to', () => {
  const lines = told([3, 9, 15], (feed) => {
    feed.forget(10);
    feed.addLook(look(18));
  });
  expect(lines).toEqual(['cut 9', 'cut 15', 'look 18']);
});
