import { availableParallelism, freemem } from 'node:os';

/** How many to work on at once, as it is asked for. */
export type Jobs = number | 'auto';

/** Memory that one process with its helpers takes at most, about, bytes: frames that wait, encoder, detector. */
export const MEMORY_OF_ONE = 1.5 * 1024 ** 3;

/** Of a run of one file, decoder, detector and encoder work side by side: two cores are busy already. */
const CORES_OF_ONE = 2;

/** Share of the memory that is taken. */
const SHARE = 0.8;

/**
 * How many processes work at once.
 *
 * @param most what there is to do
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
  // What counts as available says more than what is free, and knows the bounds of a container. Older versions lack it.
  const { availableMemory } = process as Partial<Pick<NodeJS.Process, 'availableMemory'>>;
  return { cores: availableParallelism(), memory: availableMemory?.() ?? freemem() };
}
