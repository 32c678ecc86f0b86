import type { Stats } from 'node:fs';
import { lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VeilError } from '../../errors.ts';
import { fileErrorCode, outputError } from '../../sink/output-error.ts';

/**
 * Creates a folder that only its owner can open; an existing one must be such a folder.
 *
 * @throws VeilError JOB_REFUSED, OUTPUT_…
 */
export async function makePrivate(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (cause) {
    if (fileErrorCode(cause) !== 'EEXIST') throw outputError(cause, folder);
    await refuseForeign(folder);
  }
}

/**
 * Refuses a folder that another user has created, or that others can open: its name depends only on the job, so others
 * can guess it.
 *
 * @throws VeilError JOB_REFUSED
 */
export async function refuseForeign(folder: string): Promise<void> {
  const facts = await lstat(folder).catch(() => null);
  if (facts === null) return;
  if (!facts.isDirectory()) throw foreign(folder, 'is not a folder');
  if (isOwn(facts) || (await isAsOthersAre(folder, facts))) return;
  throw foreign(folder, 'is not of this worker alone');
}

function isOwn({ uid, mode }: Stats): boolean {
  return (uid === process.getuid?.() && (mode & 0o077) === 0) || process.platform === 'win32';
}

/** Some network shares give all files one owner and one mode: compares with a folder created now. */
async function isAsOthersAre(folder: string, { uid, mode }: Stats): Promise<boolean> {
  const made = await mkdtemp(join(dirname(folder), '.veil-made-')).catch(() => null);
  if (made === null) return false;
  try {
    const facts = await lstat(made);
    return facts.uid === uid && facts.mode === mode;
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

function foreign(folder: string, why: string): VeilError {
  return new VeilError('JOB_REFUSED', `${folder} ${why}, so that nothing is written there.`, {
    hint: 'See who put it there, remove it, and begin anew with veil queue retry.',
  });
}
