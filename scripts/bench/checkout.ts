import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** A commit, checked out in a folder of its own, with the packages of this checkout. */
export async function checkOut(
  commit: string,
  folder: string,
): Promise<AsyncDisposable & { readonly path: string }> {
  const path = join(folder, `commit-${commit.replaceAll(/\W/g, '-')}`);
  await run('git', ['-C', ROOT, 'worktree', 'add', '--detach', path, commit]);
  await symlink(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await run('git', ['-C', ROOT, 'worktree', 'remove', '--force', path]);
    },
  };
}
