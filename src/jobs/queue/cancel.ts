import type { Engine } from './engine.ts';

/** Long enough for a worker that is cut off to come back and hear of it, seconds. */
const REMEMBERED = 7 * 24 * 3600;

/** Tells all workers to leave a file alone. */
export async function cancelFile({ redis }: Engine, file: string): Promise<void> {
  await redis.set(keyOf(file), '1', 'EX', REMEMBERED);
}

/** Lets workers work on a file again. */
export async function uncancelFile({ redis }: Engine, file: string): Promise<void> {
  await redis.del(keyOf(file));
}

/** Whether workers are to leave a file alone. */
export async function isCancelled({ redis }: Engine, file: string): Promise<boolean> {
  return (await redis.exists(keyOf(file))) === 1;
}

function keyOf(file: string): string {
  return `veil:cancelled:${file}`;
}
