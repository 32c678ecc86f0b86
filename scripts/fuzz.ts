/**
 * Damages small files of every kind and looks at what becomes of them: `npm run fuzz -- [--minutes N] [--count N]
 * [--seed S] [--kind readers|files|all]`. Formats of our own and messages are read in a thread of this process,
 * thousands a minute; files of others go through all of Veil, some of them through the program itself. Whatever comes in
 * must be covered, or refused with a known code: no hang, no trace, nothing left behind, no open face, the input as it
 * was. Each case has a seed that repeats it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeBaseFiles } from './fuzz/base-files.ts';
import type { Tally } from './fuzz/case.ts';
import { runFiles } from './fuzz/run-files.ts';
import { runReaders } from './fuzz/run-readers.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    count: { type: 'string' },
    seed: { type: 'string' },
    kind: { type: 'string', default: 'all' },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const limit = values.count === undefined ? Infinity : Number(values.count);
const until = Date.now() + Number(values.minutes) * 60_000;

/** Of cases of all kinds, one in so many is a whole file. */
const FILES = 50;
/** Cases of one round. */
const ROUND = 1000;

const folder = await mkdtemp(join(tmpdir(), 'veil-fuzz-'));
let [cases, failures] = [0, 0];
try {
  const base = { folder, files: await makeBaseFiles(folder) };
  for (let done = 0; done < limit && Date.now() < until; done += ROUND) {
    const round = { from: seed + done, count: Math.min(ROUND, limit - done) };
    const all = Array.from({ length: round.count }, (_, index) => round.from + index);
    if (values.kind !== 'files') tell('readers', await runReaders(base, round, until));
    if (values.kind !== 'readers') {
      const chosen = values.kind === 'files' ? all : all.filter((each) => each % FILES === 0);
      tell('files', await runFiles(base, chosen, until));
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.stdout.write(`${cases} cases from seed ${seed} on, ${failures} failures\n`);
process.exitCode = failures > 0 ? 1 : 0;

function tell(kind: string, tally: Tally): void {
  cases += tally.cases;
  failures += tally.failures.length;
  const outcomes = Object.entries(tally.outcomes).sort(([, a], [, b]) => b - a);
  process.stdout.write(`${kind}: ${outcomes.map(([name, times]) => `${name} ${times}`).join(', ')}\n`);
  for (const failure of tally.failures) {
    process.stdout.write(
      `  ${failure.target}: ${failure.problem}\n    npm run fuzz -- --kind ${kind} --seed ${failure.seed} --count 1\n`,
    );
  }
}
