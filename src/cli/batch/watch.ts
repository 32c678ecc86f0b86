import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { EXIT, VeilError } from '../../errors.ts';
import { SettledFiles } from '../../jobs/batch/settled-files.ts';
import { expandInputs, type Input, type InputProblem } from '../input/inputs.ts';
import { identitiesOf } from '../output/created-folders.ts';
import type { Job } from '../output/outputs.ts';
import type { Reporter } from '../report/reporter.ts';
import type { CoverBatch } from './cover-batch.ts';

export interface WatchOptions {
  readonly folders: readonly string[];
  /** Names of what becomes of all files that are there. */
  readonly plan: (inputs: readonly Input[]) => Promise<readonly Job[]>;
  readonly batch: CoverBatch;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Milliseconds in which a file must not have changed. */
  readonly quietMs?: number | undefined;
  /** Milliseconds between two looks. Default 1000. */
  readonly everyMs?: number | undefined;
}

/**
 * Covers every file that comes into the folders, until it is stopped.
 *
 * @returns the worst exit code of all files; 130 where one was stopped
 * @throws VeilError USAGE for what is no folder, and what `CoverBatch.run` throws
 */
export async function watchFolders(options: WatchOptions): Promise<number> {
  const { folders, batch, reporter, signal, quietMs, everyMs = 1000 } = options;
  for (const folder of folders) {
    if ((await stat(folder).catch(() => null))?.isDirectory() !== true) {
      throw new VeilError('USAGE', `--watch is for folders, and ${folder} is none.`);
    }
  }
  reporter.notice(`Watching ${folders.join(', ')}: what comes in is covered. Ctrl-C ends it.`);
  const settled = new SettledFiles({ quietMs });
  const told = new Set<string>();
  const codes = new Set<number>();
  while (!signal.aborted) {
    const { inputs, problems } = await expandInputs(folders);
    const fresh = problems.filter((problem) => isNews(problem, told));
    const taken = new Set(await settled.take(inputs.map(({ path }) => path)));
    if (taken.size > 0 || fresh.length > 0) {
      const jobs = (await options.plan(inputs)).filter(({ input }) => taken.has(input));
      codes.add(await batch.run(jobs, { inputFiles: await identitiesOf(inputs), problems: fresh }));
    } else {
      // Being stopped is how it ends.
      await wait(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return (
    [EXIT.interrupted, EXIT.failed, EXIT.usage, EXIT.review].find((code) => codes.has(code)) ?? EXIT.done
  );
}

/** Whether somebody has to hear of it: once, and never that a folder is empty. */
function isNews({ path, error }: InputProblem, told: Set<string>): boolean {
  if (error instanceof VeilError && error.code === 'INPUT_EMPTY') return false;
  const key = `${path}\0${error.message}`;
  if (told.has(key)) return false;
  told.add(key);
  return true;
}
