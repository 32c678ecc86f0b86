import { aborted } from '../../../base/aborted.ts';
import { EXIT } from '../../../errors.ts';
import { QueueClient } from '../../../jobs/queue/queue-client.ts';
import { readStatus } from '../../../jobs/queue/queue-status.ts';
import { openWatchPage } from '../../../jobs/queue/watch-page.ts';
import type { Io } from '../../io.ts';
import { terminalLogger } from '../../report/terminal-logger.ts';
import { withSignals } from '../../shutdown.ts';
import { openQueue, wholeNumber, type QueueFlags } from './queue-flags.ts';

/**
 * Runs `veil queue watch`: serves the page until it is stopped.
 *
 * @throws VeilError USAGE, QUEUE_UNAVAILABLE, PREVIEW_UNAVAILABLE
 */
export async function queueWatch(flags: QueueFlags & { readonly port: string }, io: Io): Promise<number> {
  const port = wholeNumber(flags.port, '--port', 0, 65_535);
  await using engine = await openQueue(flags, io);
  await using client = new QueueClient(engine);
  const logger = terminalLogger(io.stderr, { level: 'warn', json: false, before: () => undefined });
  await using page = await openWatchPage({ port, logger, read: () => readStatus(client) });
  io.stdout.write(`${page.url}\n`);
  await withSignals(io, aborted);
  return EXIT.done;
}
