import { EXIT, VeilError } from '../../../errors.ts';
import { QueueClient } from '../../../jobs/queue/queue-client.ts';
import type { Io } from '../../io.ts';
import { errorText } from '../../report/error-text.ts';
import { printable } from '../../report/terminal-text.ts';
import { openQueue, type QueueFlags } from './queue-flags.ts';

/**
 * Runs `veil queue retry`.
 *
 * @returns the exit code: 1 if a job could not be restarted
 * @throws VeilError USAGE, QUEUE_UNAVAILABLE
 */
export async function queueRetry(
  ids: readonly string[],
  flags: QueueFlags & { readonly all?: true },
  io: Io,
): Promise<number> {
  if ((ids.length === 0) === (flags.all !== true)) {
    throw new VeilError('USAGE', 'Name the jobs to retry, or pass --all.');
  }
  await using engine = await openQueue(flags, io);
  await using client = new QueueClient(engine);
  return await eachOf(flags.all === true ? await client.failed() : ids, io, async (id) => {
    await client.retry(id);
    return 'starts again';
  });
}

/**
 * Runs `veil queue cancel`.
 *
 * @returns the exit code: 1 if a job could not be cancelled
 * @throws VeilError USAGE, QUEUE_UNAVAILABLE
 */
export async function queueCancel(ids: readonly string[], flags: QueueFlags, io: Io): Promise<number> {
  await using engine = await openQueue(flags, io);
  await using client = new QueueClient(engine);
  return await eachOf(ids, io, async (id) =>
    (await client.cancel(id)) ? 'stops in a moment' : 'is removed',
  );
}

/** Applies a change to every job; a failure for one does not affect the others. */
async function eachOf(
  ids: readonly string[],
  io: Io,
  change: (id: string) => Promise<string>,
): Promise<number> {
  let exitCode: number = EXIT.done;
  for (const id of new Set(ids)) {
    try {
      const outcome = await change(id);
      io.stdout.write(`${printable(id)}  ${outcome}\n`);
    } catch (error) {
      if (!(error instanceof VeilError)) throw error;
      io.stderr.write(`veil: ${errorText(error, false)}\n`);
      exitCode = EXIT.failed;
    }
  }
  return exitCode;
}
