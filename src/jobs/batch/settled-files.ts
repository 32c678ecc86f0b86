import { stat } from 'node:fs/promises';

/** A file is complete when it has not changed for this long, ms. */
export const QUIET = 5000;

interface Seen {
  readonly identity: string;
  readonly since: number;
  isTaken: boolean;
}

/**
 * Finds files of a folder that have stopped growing. Each is returned once, and again only after a change.
 */
export class SettledFiles {
  readonly #quietMs: number;
  readonly #now: () => number;
  #seen = new Map<string, Seen>();

  constructor({
    quietMs = QUIET,
    now = Date.now,
  }: { quietMs?: number | undefined; now?: () => number } = {}) {
    this.#quietMs = quietMs;
    this.#now = now;
  }

  /** @param paths all files that exist now */
  async take(paths: readonly string[]): Promise<string[]> {
    const before = this.#seen;
    this.#seen = new Map();
    const taken: string[] = [];
    for (const path of paths) {
      const facts = await stat(path).catch(() => null);
      if (facts === null) continue;
      const identity = `${facts.ino}:${facts.size}:${facts.mtimeMs}`;
      const known = before.get(path);
      const seen = known?.identity === identity ? known : { identity, since: this.#now(), isTaken: false };
      this.#seen.set(path, seen);
      if (seen.isTaken || facts.size === 0 || this.#now() - seen.since < this.#quietMs) continue;
      seen.isTaken = true;
      taken.push(path);
    }
    return taken;
  }
}
