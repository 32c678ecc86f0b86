import { expect, it } from 'vitest';
import { ProgressLine } from '../../src/cli/report/progress.ts';
import type { Outcome } from '../../src/cli/report/reporter.ts';
import { TextReporter } from '../../src/cli/report/text-reporter.ts';
import { silentLogger } from '../../src/logger.ts';
import { memoryIo } from './memory-io.ts';

const FINISHED: Outcome = {
  output: 'a.veil.mp4',
  reportPath: null,
  tracksPath: null,
  frames: 50,
  seconds: 2,
  elapsed: 1,
  tracks: 1,
  uncertain: [],
  unlisted: 0,
  warnings: [],
  doubts: [],
};

/** What is printed for one file with one uncertain span. */
function printed(risk: number, doubts: readonly string[] = []): string {
  const io = memoryIo();
  const line = new ProgressLine(io.stderr);
  const reporter = new TextReporter(io, { quiet: false, verbose: false, line, logger: silentLogger });
  const span = {
    trackId: 1,
    reason: 'dismissed',
    firstFrame: 10,
    lastFrame: 20,
    from: 0.4,
    to: 0.8,
  } as const;
  reporter.done('a.mp4', { ...FINISHED, doubts, uncertain: [{ ...span, risk, text: 'possible face' }] });
  const counts = { inputs: 1, done: 1, alreadyDone: 0, review: 0, failed: 0 };
  reporter.summary({ ...counts, interrupted: false, elapsed: 1, exitCode: 0 });
  return io.out();
}

it('asks to look at places before publishing where the exit code asks for a review, and nowhere else', () => {
  expect(printed(0.1)).toContain(
    'Look at these places before you publish:\n  a.veil.mp4\n    0:00.4–0:00.8: possible face\n',
  );
  expect(printed(0.09)).not.toContain('possible face');
  expect(printed(0.09, ['The end is damaged.'])).toContain('possible face');
});
