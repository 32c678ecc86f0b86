import { tmpdir } from 'node:os';
import { EXIT } from '../../../errors.ts';
import { modelHash } from '../../../jobs/queue/model-hash.ts';
import { runWorker, type WorkerEvent } from '../../../jobs/queue/worker.ts';
import { Roots } from '../../../jobs/storage/roots.ts';
import { S3 } from '../../../jobs/storage/s3.ts';
import { FetchedInputs } from '../../../jobs/storage/fetched-inputs.ts';
import { Scratch } from '../../../jobs/storage/scratch.ts';
import type { Io } from '../../io.ts';
import { terminalLogger } from '../../report/terminal-logger.ts';
import { withSignals } from '../../shutdown.ts';
import { openQueue, wholeNumber, type QueueFlags } from './queue-flags.ts';

/** The flags of `veil worker`. */
export interface WorkerFlags extends QueueFlags {
  readonly root: readonly string[];
  readonly concurrency: string;
  readonly overwrite?: true;
  readonly scratch?: string;
  readonly quota: string;
  readonly lease: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/**
 * Runs `veil worker` until it is stopped.
 *
 * @throws VeilError USAGE, QUEUE_UNAVAILABLE
 */
export async function worker(flags: WorkerFlags, io: Io): Promise<number> {
  const concurrency = wholeNumber(flags.concurrency, '--concurrency', 1, 256);
  const leaseMs = wholeNumber(flags.lease, '--lease', 2, 3600) * 1000;
  const quota = wholeNumber(flags.quota, '--quota', 1, 1_000_000) * 1e9;
  const roots = await Roots.open(flags.root);
  const logger = terminalLogger(io.stderr, {
    level: flags.verbose === true ? 'debug' : flags.quiet === true ? 'warn' : 'info',
    json: flags.json === true,
    before: () => undefined,
  });
  let s3: Promise<S3> | undefined;
  const openS3 = (): Promise<S3> => {
    // Suppress the client's warning about this version of Node.js.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
    return (s3 ??= S3.open(io.env));
  };
  // Report a missing package at the start, not at the first job.
  if (roots.usesS3) await openS3();
  await using engine = await openQueue(flags, io);
  const hashes = new Map<string, Promise<string>>();
  const hashOf = (detector: string): Promise<string> => {
    const hash = hashes.get(detector) ?? modelHash(detector);
    hashes.set(detector, hash);
    return hash;
  };
  const scratch = new Scratch({ folder: flags.scratch ?? tmpdir(), quota });
  await withSignals(io, async (signal) => {
    logger.info('The worker waits for jobs.');
    await runWorker({
      engine,
      setup: {
        roots,
        scratch,
        inputs: new FetchedInputs(scratch),
        s3: openS3,
        canOverwrite: flags.overwrite === true,
        modelHash: hashOf,
        logger,
      },
      concurrency,
      leaseMs,
      signal,
      onEvent: (event) => {
        const { level, text } = eventText(event);
        logger[level](text);
      },
    });
  });
  (await s3)?.close();
  return EXIT.done;
}

function eventText(event: WorkerEvent): { readonly level: 'info' | 'warn'; readonly text: string } {
  switch (event.kind) {
    case 'started':
      return { level: 'info', text: `${event.id} (${event.name}) begins.` };
    case 'done':
      return { level: 'info', text: `${event.id} (${event.name}) is done.` };
    case 'stalled':
      return { level: 'warn', text: `${event.id} is taken from a worker that is not heard any more.` };
    case 'failed':
      return {
        level: 'warn',
        text: `${event.id} (${event.name}) failed${event.isLast ? '' : ' and will be tried again'}: ${event.reason}`,
      };
  }
}
