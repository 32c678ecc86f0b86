import { expect, test } from 'vitest';
import { curtainNotice } from '../../../src/pipeline/live/live-sentences.ts';

test('the log tells when the picture is covered, why, and when it is shown again', () => {
  expect(curtainNotice(undefined, 'starting')).toBe('The picture is covered. The detector has not run yet.');
  expect(curtainNotice('starting', 'late')).toBe('The picture is covered. Detection is late.');
  expect(curtainNotice('late', 'no-source')).toBe('The picture is covered. The source gives no picture.');
  expect(curtainNotice('no-source', null)).toBe('The picture is shown.');
});

test('the log is silent while a slow machine covers the picture for one reason or the other', () => {
  expect(curtainNotice('late', 'late')).toBeNull();
  expect(curtainNotice('late', 'gap')).toBeNull();
  expect(curtainNotice('gap', 'unobserved')).toBeNull();
  expect(curtainNotice(null, null)).toBeNull();
});
