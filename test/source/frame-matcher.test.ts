import { expect, test } from 'vitest';
import { FrameMatcher } from '../../src/source/frame-matcher.ts';

test('a frame is given once all of its pictures are there, whichever comes first', () => {
  const matcher = new FrameMatcher<string>({ sizes: 2 });
  matcher.addPicture(0, 40, 'large');
  matcher.addFrame(0, 0);
  matcher.addFrame(40, 1);
  expect(matcher.next()).toBeNull();
  matcher.addPicture(1, 40, 'small');
  expect(matcher.next()).toEqual({ index: 1, pictures: ['large', 'small'], skipped: 0 });
  expect(matcher.next()).toBeNull();
});

test('times match exactly, or within the tolerance where there is one', () => {
  const exact = new FrameMatcher<string>({ sizes: 1 });
  const rounded = new FrameMatcher<string>({ sizes: 1, tolerance: 0.002 });
  for (const matcher of [exact, rounded]) {
    matcher.addFrame(1, 0);
    matcher.addPicture(0, 1.0015, 'picture');
  }
  expect(exact.next()).toBeNull();
  expect(rounded.next()).toMatchObject({ index: 0 });
});

test('of two frames within the tolerance the nearer one is meant', () => {
  const matcher = new FrameMatcher<string>({ sizes: 1, tolerance: 0.002 });
  matcher.addFrame(0.165, 0);
  matcher.addFrame(0.166, 1);
  matcher.addPicture(0, 0.166, 'picture');
  expect(matcher.next()).toEqual({ index: 1, pictures: ['picture'], skipped: 0 });
});

test('pictures that have no frame are passed over and counted', () => {
  const matcher = new FrameMatcher<string>({ sizes: 1 });
  matcher.addPicture(0, 10, 'of no frame');
  matcher.addPicture(0, 40, 'picture');
  matcher.addFrame(40, 7);
  expect(matcher.next()).toEqual({ index: 7, pictures: ['picture'], skipped: 1 });
});

test('where the clock is set back, pictures go to the frames that came with them', () => {
  const matcher = new FrameMatcher<number>({ sizes: 1 });
  const times = [0, 40, 80, 0, 40, 80];
  for (const [index, time] of times.entries()) {
    matcher.addFrame(time, index);
    matcher.addPicture(0, time, index);
    expect(matcher.next()).toEqual({ index, pictures: [index], skipped: 0 });
  }
});

test('no more is remembered than was asked for', () => {
  const matcher = new FrameMatcher<string>({ sizes: 1, most: 3 });
  for (let index = 0; index < 10; index += 1) matcher.addFrame(index, index);
  matcher.addPicture(0, 6, 'too late');
  expect(matcher.next()).toBeNull();
  matcher.addPicture(0, 7, 'in time');
  expect(matcher.next()).toMatchObject({ index: 7 });
});
