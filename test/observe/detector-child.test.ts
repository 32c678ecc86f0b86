import { expect, test } from 'vitest';
import { detectorChild, startDetectorAhead } from '../../src/observe/detector-child.ts';

test('a process that was started ahead is the one that is used, once', () => {
  startDetectorAhead();
  startDetectorAhead();
  const first = detectorChild();
  const second = detectorChild();
  expect(first.pid).not.toBe(second.pid);
  expect([first.connected, second.connected]).toEqual([true, true]);
  first.kill('SIGKILL');
  second.kill('SIGKILL');
});

test('without one, a new process is started', () => {
  const child = detectorChild();
  expect(child.connected).toBe(true);
  child.kill('SIGKILL');
});
