import type { Engine } from './engine.ts';

/** Long enough for a disconnected worker to come back and notice the cancellation, seconds. */
const REMEMBERED = 7 * 24 * 3600;

/** Tells all workers to stop work on a file. */
export async function cancelFile({ redis }: Engine, file: string): Promise<void> {
  await redis.set(keyOf(file), '1', 'EX', REMEMBERED);
}

/** Allows work on a file again. */
export async function uncancelFile({ redis }: Engine, file: string): Promise<void> {
  await redis.del(keyOf(file));
}

/** Whether workers must not work on a file. */
export async function isCancelled({ redis }: Engine, file: string): Promise<boolean> {
  return (await redis.exists(keyOf(file))) === 1;
}

function keyOf(file: string): string {
  return `veil:cancelled:${file}`;
}
