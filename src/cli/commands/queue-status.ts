import { EXIT } from '../../errors.ts';
import { readStatus, type QueuedFile, type QueueStatus } from '../../jobs/queue/queue-status.ts';
import { QueueClient } from '../../jobs/queue/queue-client.ts';
import type { Io } from '../io.ts';
import { printable } from '../report/terminal-text.ts';
import { openQueue, type QueueFlags } from './queue-flags.ts';

/**
 * Does what a `veil queue status` call asks for.
 *
 * @returns the exit code: 1 where something has failed
 * @throws VeilError USAGE, QUEUE_UNAVAILABLE
 */
export async function queueStatus(flags: QueueFlags & { readonly json?: true }, io: Io): Promise<number> {
  await using engine = await openQueue(flags, io);
  await using client = new QueueClient(engine);
  const status = await readStatus(client);
  io.stdout.write(flags.json === true ? `${JSON.stringify(status)}\n` : statusText(status));
  return status.files.some((file) => file.status === 'failed') ? EXIT.failed : EXIT.done;
}

function statusText({ files, workers }: QueueStatus): string {
  const count = (status: QueuedFile['status']): number =>
    files.filter((file) => file.status === status).length;
  const running = count('active') + count('parts');
  const lines = [
    ...files.map(fileText),
    `${count('waiting') + count('delayed')} wait, ${running} are worked on, ${count('done')} are done, ${count('failed')} have failed; ${workers.length} ${workers.length === 1 ? 'worker' : 'workers'}.`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function fileText({ id, status, input, progress, parts, partsTotal, reason, result }: QueuedFile): string {
  const what: Readonly<Record<QueuedFile['status'], string>> = {
    waiting: 'waits',
    delayed: `waits to be tried again${reason === null ? '' : ` (${reason})`}`,
    active: progress === null ? 'begins' : `${progress.stage}${shareText(progress)}`,
    parts: `${parts.filter((part) => part.status === 'done').length} of ${partsTotal} parts done`,
    done: result?.['outcome'] === 'review' ? 'waits for a review of its tracks' : 'done',
    failed: `failed: ${reason ?? 'no reason'}`,
  };
  return `${id}  ${printable(input)}  ${printable(what[status])}`;
}

function shareText({ done, total }: NonNullable<QueuedFile['progress']>): string {
  return done === undefined || total === undefined || total === null || total === 0
    ? ''
    : ` ${Math.min(100, Math.floor((100 * done) / total))} %`;
}
