import { availableParallelism, freemem } from 'node:os';

/** Number of processes that the user asks for. */
export type Jobs = number | 'auto';

/** Upper estimate of the memory of one process and its children, bytes: waiting frames, encoder, detector. */
export const MEMORY_OF_ONE = 1.5 * 1024 ** 3;

/** A run keeps two cores busy: decoder, detector and encoder work in parallel. */
const CORES_OF_ONE = 2;

/** Share of the available memory that Veil uses. */
const SHARE = 0.8;

/**
 * The number of processes that run in parallel.
 *
 * @param most number of tasks
 */
export function atOnceOf(
  jobs: Jobs,
  most: number,
  machine: { readonly cores: number; readonly memory: number } = thisMachine(),
): number {
  if (jobs !== 'auto') return Math.max(1, Math.min(jobs, most));
  const byCores = Math.floor(machine.cores / CORES_OF_ONE);
  const byMemory = Math.floor((machine.memory * SHARE) / MEMORY_OF_ONE);
  return Math.max(1, Math.min(byCores, byMemory, most));
}

function thisMachine(): { cores: number; memory: number } {
  // Available memory includes reclaimable memory and respects container limits. Older versions of Node.js lack it.
  const { availableMemory } = process as Partial<Pick<NodeJS.Process, 'availableMemory'>>;
  return { cores: availableParallelism(), memory: availableMemory?.() ?? freemem() };
}
