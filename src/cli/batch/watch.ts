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
  /** Plans the output names of all existing files. */
  readonly plan: (inputs: readonly Input[], kept: ReadonlyMap<string, Job>) => Promise<readonly Job[]>;
  readonly batch: CoverBatch;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** A file must be unchanged for this long, milliseconds. */
  readonly quietMs?: number | undefined;
  /** Polling interval, milliseconds. Default 1000. */
  readonly everyMs?: number | undefined;
}

/**
 * Covers every file that appears in the folders, until it is stopped.
 *
 * @returns the worst exit code of all files; 130 if one was stopped
 * @throws VeilError USAGE if a path is not a folder, and errors of `CoverBatch.run`
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
  // A file keeps the names planned when it first appeared, even if neighbours change.
  const planned = new Map<string, Job>();
  const codes = new Set<number>();
  const failures: unknown[] = [];
  const running = new Set<Promise<unknown>>();
  while (!signal.aborted && failures.length === 0) {
    const { inputs, problems } = await expandInputs(folders);
    const fresh = problems.filter((problem) => isNews(problem, told));
    const taken = new Set(await settled.take(inputs.map(({ path }) => path)));
    if (taken.size > 0 || fresh.length > 0) {
      for (const job of await options.plan(inputs, planned)) planned.set(job.input, job);
      const jobs = [...taken].map((input) => planned.get(input)!);
      const run: Promise<unknown> = batch
        .run(jobs, { inputFiles: await identitiesOf(inputs), problems: fresh })
        .then(
          (code) => codes.add(code),
          (error: unknown) => failures.push(error),
        )
        .finally(() => running.delete(run));
      running.add(run);
      // If several files are covered in parallel, new ones start at once.
      if (batch.isOneByOne) await run;
    } else {
      // A stop is the normal end.
      await wait(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
  return (
    [EXIT.interrupted, EXIT.failed, EXIT.usage, EXIT.review].find((code) => codes.has(code)) ?? EXIT.done
  );
}

/** Whether to report a problem: once, and never for an empty folder. */
function isNews({ path, error }: InputProblem, told: Set<string>): boolean {
  if (error instanceof VeilError && error.code === 'INPUT_EMPTY') return false;
  const key = `${path}\0${error.message}`;
  if (told.has(key)) return false;
  told.add(key);
  return true;
}
