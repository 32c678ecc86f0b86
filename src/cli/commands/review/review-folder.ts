import { basename, resolve } from 'node:path';
import { aborted } from '../../../base/aborted.ts';
import { shellWord } from '../../../base/shell-word.ts';
import { EXIT } from '../../../errors.ts';
import { countFile, isDone, type FileCount } from '../../../review/folder/file-count.ts';
import { openFolder, type OpenFolderOptions } from '../../../review/open-folder.ts';
import type { ReviewPaths } from '../../../review/server/review.ts';
import type { InputProblem } from '../../input/inputs.ts';
import type { Io } from '../../io.ts';
import { printable } from '../../report/terminal-text.ts';
import { withSignals } from '../../shutdown.ts';
import type { ReviewFlags } from './review-flags.ts';
import { ReviewTeller } from './review-teller.ts';
import { idleMsOf, portOf } from './run-review.ts';

/** A file of the folder: its paths, and its path relative to the folder. */
export type FolderFile = ReviewPaths & { readonly name: string };

/** Review of a folder. */
export interface ReviewFolderJob extends Pick<OpenFolderOptions, 'config' | 'logger' | 'by'> {
  readonly folder: string;
  readonly files: readonly FolderFile[];
  readonly problems: readonly InputProblem[];
}

/**
 * Opens a page that lists the files of a folder, and waits until the user closes the review, it is idle for too long,
 * or the process is stopped.
 *
 * @returns the exit code: 0 if everything is reviewed and rendered, else 3
 * @throws VeilError for errors that prevent the start
 */
export async function reviewFolder(job: ReviewFolderJob, flags: ReviewFlags, io: Io): Promise<number> {
  const tell = new ReviewTeller(io, flags);
  const problems = job.problems.map(({ path, error }) => `${path}: ${error.message}`);
  sayProblems(job.problems, io);
  return withSignals(io, async (signal) => {
    await using open = await openFolder({
      ...job,
      ...{ name: basename(resolve(job.folder)), problems, signal },
      ...{ port: portOf(flags), idleMs: idleMsOf(flags), takesOver: flags.takeOver === true },
    });
    tell.where(open.url);
    const end = await Promise.race([open.ended, aborted(signal).then(() => 'stopped' as const)]);
    const status = await open.finish();
    tell.folderEnd(status, end === 'idle');
    if (problems.length > 0) return EXIT.failed;
    return status.isDone ? EXIT.done : EXIT.review;
  });
}

/**
 * Prints the files of a folder with their open doubts, most first.
 *
 * @returns the exit code: 3 if any file needs a review or a rendering, or has no tracks yet
 */
export async function listFolder(
  { folder, files, problems }: ReviewFolderJob,
  flags: ReviewFlags,
  io: Io,
): Promise<number> {
  const entries = await Promise.all(files.map(async (file) => ({ file, count: await countFile(file) })));
  const leftOf = ({ isSearched, problem, doubts }: FileCount): number =>
    isSearched && problem === null ? doubts : Infinity;
  entries.sort((a, b) => leftOf(b.count) - leftOf(a.count) || a.file.input.localeCompare(b.file.input));
  if (flags.json === true) {
    io.stdout.write(`${JSON.stringify({ folder, files: entries.map(objectOf) })}\n`);
  } else for (const entry of entries) io.stdout.write(`${lineOf(entry)}\n`);
  sayProblems(problems, io);
  const [first] = entries.filter(({ count }) => !isDone(count));
  if (first !== undefined && flags.json !== true) {
    const { input, tracks } = first.file;
    const words = [input, ...(flags.tracks === undefined ? [] : ['--tracks', tracks])];
    io.stdout.write(`\nBegin with: veil review ${printable(words.map(shellWord).join(' '))}\n`);
  }
  if (problems.length > 0) return EXIT.failed;
  return first === undefined ? EXIT.done : EXIT.review;
}

interface Entry {
  readonly file: FolderFile;
  readonly count: FileCount;
}

function objectOf({ file: { input }, count: { isSearched, faces, doubts, output, problem } }: Entry): object {
  const isKnown = isSearched && problem === null;
  return { input, doubts: isKnown ? doubts : null, tracks: faces, output, problem };
}

function lineOf({ file: { input }, count: { isSearched, faces, doubts, output, problem } }: Entry): string {
  const name = printable(input);
  if (problem !== null) return `${name}  ${printable(problem)}`;
  if (!isSearched) return `${name}  not searched for faces yet`;
  const left = doubts > 0 ? `${doubts} to look at` : 'nothing left to look at';
  const rendered = { none: ', not rendered yet', older: ', changed since it was rendered', current: '' };
  return `${name}  ${faces} ${faces === 1 ? 'face' : 'faces'}, ${left}${rendered[output]}`;
}

function sayProblems(problems: readonly InputProblem[], io: Io): void {
  for (const { path, error } of problems) {
    io.stderr.write(`veil: ${printable(path)}: ${printable(error.message)}\n`);
  }
}
