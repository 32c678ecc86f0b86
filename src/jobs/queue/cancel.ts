import type { Engine } from './engine.ts';
import type { FileRun } from './part-job.ts';

/** Long enough for a disconnected worker to come back and notice the cancellation, seconds. */
const REMEMBERED = 7 * 24 * 3600;

/** Tells all workers to stop work on a run of a file, and on the runs before it. */
export async function cancelRun({ redis }: Engine, { file, run }: FileRun): Promise<void> {
  await redis.set(keyOf(file), String(run), 'EX', REMEMBERED);
}

/** Allows work on all runs of a file again. */
export async function uncancelFile({ redis }: Engine, file: string): Promise<void> {
  await redis.del(keyOf(file));
}

/** Whether workers must not work on a run of a file. */
export async function isCancelled({ redis }: Engine, { file, run }: FileRun): Promise<boolean> {
  const cancelled = await redis.get(keyOf(file));
  return cancelled !== null && run <= Number(cancelled);
}

function keyOf(file: string): string {
  return `veil:cancelled:${file}`;
}
