import { EXIT, VeilError } from '../../errors.ts';
import { QueueClient } from '../../jobs/queue/queue-client.ts';
import type { Io } from '../io.ts';
import { openQueue, type QueueFlags } from './queue-flags.ts';

/**
 * Does what a `veil queue retry` call asks for.
 *
 * @throws VeilError USAGE, QUEUE_UNAVAILABLE
 */
export async function queueRetry(
  ids: readonly string[],
  flags: QueueFlags & { readonly all?: true },
  io: Io,
): Promise<number> {
  if ((ids.length === 0) === (flags.all !== true)) {
    throw new VeilError('USAGE', 'Name the jobs to begin anew, or all with --all.');
  }
  await using engine = await openQueue(flags, io);
  await using client = new QueueClient(engine);
  for (const id of flags.all === true ? await client.failed() : ids) {
    await client.retry(id);
    io.stdout.write(`${id}  begins anew\n`);
  }
  return EXIT.done;
}

/**
 * Does what a `veil queue cancel` call asks for.
 *
 * @throws VeilError USAGE, QUEUE_UNAVAILABLE
 */
export async function queueCancel(ids: readonly string[], flags: QueueFlags, io: Io): Promise<number> {
  await using engine = await openQueue(flags, io);
  await using client = new QueueClient(engine);
  for (const id of ids) {
    const isActive = await client.cancel(id);
    io.stdout.write(`${id}  ${isActive ? 'stops in a moment' : 'is removed'}\n`);
  }
  return EXIT.done;
}
