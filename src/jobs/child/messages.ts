import type { Logger } from '../../logger.ts';
import type { SentError } from '../../observe/detector-messages.ts';

/** Types of a task, of its events and of its result: plain data. */
export interface Work {
  readonly task: unknown;
  readonly event: unknown;
  readonly result: unknown;
}

/** Messages to a child process; one task at a time. */
export type ChildRequest<W extends Work> =
  { readonly kind: 'run'; readonly task: W['task'] } | { readonly kind: 'stop' };

/** Its answers: any number of events and log lines, then the end of the task. */
export type ChildAnswer<W extends Work> =
  | { readonly kind: 'event'; readonly event: W['event'] }
  | { readonly kind: 'log'; readonly level: keyof Logger; readonly message: string }
  | { readonly kind: 'done'; readonly result: W['result'] }
  | { readonly kind: 'failed'; readonly error: SentError };
