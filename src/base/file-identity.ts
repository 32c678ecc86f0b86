import { stat } from 'node:fs/promises';

/** Identifies a file independently of its name; null if it is inaccessible. */
export async function fileIdentity(path: string): Promise<string | null> {
  const facts = await stat(path).catch(() => null);
  return facts === null ? null : `${facts.dev}:${facts.ino}`;
}

/** Changes with a file and its content; null if it is inaccessible. */
export async function fileState(path: string): Promise<string | null> {
  const facts = await stat(path).catch(() => null);
  return facts === null ? null : [facts.dev, facts.ino, facts.size, facts.mtimeMs, facts.ctimeMs].join();
}
