import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Facts about a file; null if it is inaccessible. */
export function fileFacts(path: string): Promise<Stats | null> {
  return stat(path).catch(() => null);
}

/** Identifies a file on this machine, independently of its name. */
export function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** Identifies a file independently of its name; null if it is inaccessible. */
export async function fileIdentity(path: string): Promise<string | null> {
  const facts = await fileFacts(path);
  return facts === null ? null : identityOf(facts);
}

/** Changes with a file and its content; null if it is inaccessible. */
export async function fileState(path: string): Promise<string | null> {
  const facts = await fileFacts(path);
  return facts === null ? null : [identityOf(facts), facts.size, facts.mtimeMs, facts.ctimeMs].join();
}
