import { createHash } from 'node:crypto';

/** A failure in one case. */
export interface Failure {
  /** Of the case: `npm run fuzz -- --seed SEED --count 1` repeats it. */
  readonly seed: number;
  /** The fuzzed file, such as `tracks` or `a.mkv`. */
  readonly target: string;
  readonly problem: string;
}

/** How cases went, by target. */
export interface Tally {
  cases: number;
  /** By what came out: `read`, `done`, or the code of an error. */
  readonly outcomes: Record<string, number>;
  readonly failures: Failure[];
}

export function newTally(): Tally {
  return { cases: 0, outcomes: {}, failures: [] };
}

export function count(tally: Tally, outcome: string): void {
  tally.cases += 1;
  tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
}

/** An error and where it comes from, on one line. */
export function problemText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const where = /at .*src\/[^)\n]*/.exec(error.stack ?? '')?.[0] ?? '';
  return `${error.name}: ${error.message.slice(0, 300)} ${where}`.replaceAll('\n', ' ');
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
