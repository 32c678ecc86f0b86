import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Job } from '../output/outputs.ts';

/** Facts about a disk. */
export interface Disk {
  /** Identifies the disk. */
  readonly id: number;
  readonly freeBytes: number;
}

/**
 * Warns about disks with too little space for outputs: most are about as large as their inputs.
 *
 * @param times peak space of one output, as a multiple of its size: two if parts of it are kept until it is complete
 * @param diskOf facts about the disk of a folder that may not exist yet; null: unknown
 */
export async function spaceNotices(
  jobs: readonly Pick<Job, 'input' | 'output'>[],
  times = 1,
  diskOf: (folder: string) => Promise<Disk | null> = thisDisk,
): Promise<string[]> {
  const disks = new Map<number, { readonly folder: string; readonly free: number; needed: number }>();
  for (const { input, output } of jobs) {
    // An existing output is skipped, or replaced by one of about the same size.
    if ((await sizeOf(output)) !== null) continue;
    const folder = dirname(resolve(output));
    const disk = await diskOf(folder);
    if (disk === null) continue;
    const known = disks.get(disk.id) ?? { folder, free: disk.freeBytes, needed: 0 };
    known.needed += times * ((await sizeOf(input)) ?? 0);
    disks.set(disk.id, known);
  }
  return [...disks.values()]
    .filter(({ free, needed }) => needed > free)
    .map(
      ({ folder, free, needed }) =>
        `There may be too little room in ${folder}: ${gigabytes(free)} are free, and about ${gigabytes(needed)} are needed.`,
    );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e8 ? 3 : 1)} GB`;
}

async function sizeOf(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.size ?? null;
}

/** The disk of a folder, or of the one in which it will be created. */
async function thisDisk(folder: string): Promise<Disk | null> {
  try {
    const { dev } = await stat(folder);
    const { bavail, blocks, bsize } = await statfs(folder);
    // Of no size, such as /proc: not a disk that is full.
    if (blocks === 0) return null;
    return { id: dev, freeBytes: bavail * bsize };
  } catch {
    return dirname(folder) === folder ? null : thisDisk(dirname(folder));
  }
}
