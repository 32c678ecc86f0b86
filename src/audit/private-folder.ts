import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that its owner alone can open, and that is removed with all that is in it. */
export async function privateFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  // mkdtemp gives it mode 0700.
  const path = await mkdtemp(join(tmpdir(), 'veil-audit-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
