import type { Job } from 'bullmq';
import { openAttempt, type Held, type Processing } from './attempt.ts';
import { checkWorker, openDestination } from './open-job.ts';
import { parsePartData, type PartStep } from './part-job.ts';
import { observeOne, renderOne } from './run-parts.ts';

/**
 * Does one step of one part of a file.
 *
 * @throws VeilError any code
 */
export async function processPart(
  held: Held & { readonly job: Job },
  step: PartStep,
  processing: Processing,
): Promise<object> {
  const { job, file, run, part } = parsePartData(held.job.data);
  const { setup } = processing;
  await using scratch = await setup.scratch.open();
  const attempt = await openAttempt(held, { file, run }, scratch, processing);
  await checkWorker(job, setup);
  const { workplace } = await openDestination(job, file, setup, {
    scratch,
    signal: held.signal,
    // Parts publish nothing.
    upload: { open: null, remember: () => Promise.resolve() },
  });
  await (step === 'detect' ? observeOne : renderOne)(job, part, workplace, attempt);
  return { part };
}
