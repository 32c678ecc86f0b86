import type { BaseFile } from './base-files.ts';
import { count, newTally, problemText, type Tally } from './case.ts';
import { Random } from '../random.ts';
import { readerTargets } from './readers.ts';

/** A request to the process. */
export interface ReaderWork {
  readonly folder: string;
  readonly files: readonly BaseFile[];
  /** Seeds of the cases, one after another. */
  readonly seeds: { readonly from: number; readonly count: number };
  /** By the clock of `Date.now`; no case starts later. */
  readonly until: number;
}

/** Its messages: the current case, its failure, and at the end the tally of all. */
export type ReaderMessage =
  { readonly at: number } | { readonly failure: Tally['failures'][number] } | { readonly tally: Tally };

/** A process that reads damaged inputs: ending it ends a case that hangs or takes too much memory. */
process.once('message', (work: ReaderWork) => {
  void read(work).then((tally) => {
    say({ tally });
    process.disconnect();
  });
});

async function read({ folder, files, seeds, until }: ReaderWork): Promise<Tally> {
  const targets = await readerTargets(folder, files);
  const tally = newTally();
  for (let index = 0; index < seeds.count && Date.now() < until; index += 1) {
    const seed = seeds.from + index;
    say({ at: index });
    const random = new Random(seed);
    const target = random.pick(targets);
    const bytes = target.damage(random.pick(target.bases), random);
    try {
      await target.read(bytes);
      count(tally, `${target.name}: read`);
    } catch (error) {
      count(tally, `${target.name}: refused`);
      if (target.isExpected(error)) continue;
      // At once: a later case may crash this process.
      say({ failure: { seed, target: target.name, problem: problemText(error) } });
    }
  }
  return tally;
}

function say(message: ReaderMessage): void {
  process.send!(message);
}
