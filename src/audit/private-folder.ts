import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that only its owner can open; disposing of it removes it with its content. */
export async function privateFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  // mkdtemp gives it mode 0700.
  const path = await mkdtemp(join(tmpdir(), 'veil-audit-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
