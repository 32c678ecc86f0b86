import type { BatchProgress } from './batch-progress.ts';
import { errorJson } from './error-text.ts';
import type { Summary } from './reporter.ts';
import { printable } from './terminal-text.ts';
import { duration } from './time-text.ts';

/** A failed input, and the reason. */
export interface Failure {
  readonly input: string;
  readonly error: unknown;
}

/** Progress of one input, with that of its batch. */
export function batchText(batch: BatchProgress | null, text: string): string {
  if (batch === null || batch.total < 2) return text;
  const { ended, total, secondsLeft } = batch;
  const left = secondsLeft === null ? '' : `  all in ${duration(secondsLeft)}`;
  return `${Math.min(ended + 1, total)} of ${total}  ${text}${left}`;
}

/** Prefix for the line of a finished input. */
export function countText(batch: BatchProgress | null): string {
  return batch === null || batch.total < 2 ? '' : `${batch.ended} of ${batch.total}  `;
}

/** Repeats all failures at the end, because other output has scrolled them away. */
export function failuresText(failures: readonly Failure[]): string {
  const lines = failures.map(({ input, error }) => {
    const { code, message } = errorJson(error);
    return `  ${printable(input)}: ${printable(message)} [${code}]`;
  });
  return `Failed:\n${lines.join('\n')}\n`;
}

/** Number of inputs by result. */
export function summaryText({ inputs, done, alreadyDone, failed, elapsed, review }: Summary): string {
  const rest = inputs - done - alreadyDone - failed;
  const counts = [
    `${done} of ${inputs} done`,
    ...(alreadyDone > 0 ? [`${alreadyDone} already done`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(rest > 0 ? [`${rest} not done`] : []),
    ...(review > 0 ? [`${review} to review`] : []),
    duration(elapsed),
  ];
  return `${counts.join(', ')}\n`;
}
