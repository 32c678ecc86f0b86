import { EXIT } from '../../../errors.ts';
import { placesText } from '../../../jobs/queue/judge-audit.ts';
import { readStatus, type QueuedFile, type QueueStatus } from '../../../jobs/queue/queue-status.ts';
import { QueueClient } from '../../../jobs/queue/queue-client.ts';
import type { Io } from '../../io.ts';
import { printable } from '../../report/terminal-text.ts';
import { openQueue, type QueueFlags } from './queue-flags.ts';

/**
 * Runs `veil queue status`.
 *
 * @returns the exit code: 1 if a job has failed
 * @throws VeilError USAGE, QUEUE_UNAVAILABLE
 */
export async function queueStatus(flags: QueueFlags & { readonly json?: true }, io: Io): Promise<number> {
  await using engine = await openQueue(flags, io);
  await using client = new QueueClient(engine);
  const status = await readStatus(client);
  io.stdout.write(flags.json === true ? `${JSON.stringify(status)}\n` : statusText(status));
  const all = [...status.files, ...status.unreadable];
  return all.some((job) => job.status === 'failed') ? EXIT.failed : EXIT.done;
}

function statusText({ files, workers, unreadable }: QueueStatus): string {
  const count = (status: QueuedFile['status']): number =>
    files.filter((file) => file.status === status).length;
  const running = count('active') + count('parts');
  const lines = [
    ...files.map(fileText),
    ...unreadable.map(({ id, status, reason }) =>
      printable(`${id}  can't be read (${status}${reason === null ? '' : `: ${reason}`})`),
    ),
    `${count('waiting') + count('delayed')} waiting, ${running} in progress, ${count('done')} done, ${count('failed')} failed; ${workers.length} ${workers.length === 1 ? 'worker' : 'workers'}.`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function fileText({ id, status, input, progress, parts, partsTotal, reason, result }: QueuedFile): string {
  const what: Readonly<Record<QueuedFile['status'], string>> = {
    waiting: 'waiting',
    delayed: `waiting for another try${reason === null ? '' : ` (${reason})`}`,
    active: progress === null ? 'begins' : `${progress.stage}${shareText(progress)}`,
    parts: `${parts.filter((part) => part.status === 'done').length} of ${partsTotal} parts done`,
    done: doneText(result),
    failed: `failed: ${reason ?? 'no reason'}`,
  };
  return `${id}  ${printable(input)}  ${printable(what[status])}`;
}

function doneText(result: QueuedFile['result']): string {
  if (result === null) return 'done';
  if (result.outcome === 'review') return 'waits for a review of its tracks';
  const { audit, needsReview = false } = result;
  const places = audit === undefined || audit.findings === 0 ? '' : `, the audit saw: ${placesText(audit)}`;
  return `done${needsReview ? ', deserves a look before you publish' : ''}${places}`;
}

function shareText({ done, total }: NonNullable<QueuedFile['progress']>): string {
  return done === undefined || total === undefined || total === null || total === 0
    ? ''
    : ` ${Math.min(100, Math.floor((100 * done) / total))} %`;
}
