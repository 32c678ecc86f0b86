import { basename, dirname, join, resolve } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import { isOwnOutput } from '../input/media-kinds.ts';
import { printable } from './terminal-text.ts';

/** A finished input. */
export interface Finished {
  readonly input: string;
  /** Whether it counts as needing a review. */
  readonly needsReview: boolean;
  /** Whether an earlier run did it. */
  readonly isEarlier: boolean;
  readonly result: Pick<
    FileResult,
    'output' | 'reportPath' | 'tracksPath' | 'tracks' | 'uncertain' | 'doubts'
  >;
}

export interface ClosingOptions {
  /** The folder argument, if it was the only one. */
  readonly folder: string | null;
  /** Folder of its outputs, if elsewhere. */
  readonly outputFolder: string | null;
  /** Flags that make the review cover in the same way. */
  readonly flags: readonly string[];
}

/** Summary of a call and its next step, as a paragraph; empty if nothing was done. */
export function closingText(done: readonly Finished[], options: ClosingOptions): string {
  const [first] = done.toSorted(
    (a, b) => Number(b.needsReview) - Number(a.needsReview) || riskOf(b) - riskOf(a),
  );
  const fresh = done.filter(({ isEarlier }) => !isEarlier);
  const [one] = fresh;
  if (first === undefined || one === undefined) return '';
  const written = fresh.length === 1 ? oneText(one) : `${fresh.length} files are written.`;
  const isFolder = done.length > 1 && options.folder !== null && first.result.tracksPath !== null;
  const next = isFolder ? folderCommand(options) : reviewCommand(first, options.flags);
  const begin = isFolder || done.length === 1 ? '' : 'begin with ';
  return `${printable(written)} ${facesText(fresh)} ${placesText(done)} ${begin}${printable(next)}\n`;
}

/** Command that opens the review of one input. */
export function reviewCommand({ input, result }: Finished, flags: readonly string[]): string {
  const { output, tracksPath } = result;
  const words = isFoundFrom(output, input, tracksPath)
    ? [output]
    : [input, ...(tracksPath === null ? [] : ['--tracks', tracksPath]), '-o', output];
  return ['veil review', ...[...words, ...flags].map(shellWord)].join(' ');
}

/** Whether the review finds tracks and input from the output alone: beside it. */
function isFoundFrom(output: string, input: string, tracks: string | null): boolean {
  const [folder, name] = [dirname(resolve(output)), basename(output)];
  if (!isOwnOutput(name) || dirname(resolve(input)) !== folder || tracks === null) return false;
  const shown = ['.veil', '$1.veil'].map((end) => name.replace(/\.veil(\.[^.]+)$/i, `${end}.tracks.json`));
  return shown.some((each) => resolve(tracks) === join(folder, each));
}

function folderCommand({ folder, outputFolder, flags }: ClosingOptions): string {
  const beside = outputFolder === null ? [] : ['--tracks', outputFolder, '-o', outputFolder];
  return ['veil review', ...[folder!, ...beside, ...flags].map(shellWord)].join(' ');
}

function oneText({ result: { output, reportPath, tracksPath } }: Finished): string {
  const folder = dirname(resolve(output));
  const isBeside = (path: string | null): boolean => path !== null && dirname(resolve(path)) === folder;
  const beside = [...(isBeside(reportPath) ? ['report'] : []), ...(isBeside(tracksPath) ? ['tracks'] : [])];
  const rest = beside.length === 0 ? '' : `, with its ${beside.join(' and ')} beside it`;
  return `${output} is written${rest}.`;
}

function facesText(done: readonly Finished[]): string {
  const faces = done.reduce((sum, { result }) => sum + result.tracks, 0);
  if (faces === 0) return 'No face was found, so nothing is covered;';
  return faces === 1 ? '1 face is covered;' : `${faces} faces are covered;`;
}

/** Counts the same files as the summary and the exit code. */
function placesText(done: readonly Finished[]): string {
  const review = done.filter(({ needsReview }) => needsReview);
  const where = done.length === 1 ? '' : ` in ${review.length} ${review.length === 1 ? 'file' : 'files'}`;
  const places = placesOf(review);
  if (places > 0) {
    return `${places} ${places === 1 ? 'place deserves' : 'places deserve'} a look${where} before you publish:`;
  }
  if (review.length > 0) return `what is said above deserves a look${where} before you publish:`;
  const slight = placesOf(done);
  if (slight === 0) return 'nothing is in doubt. To look through it all the same:';
  return `${slight === 1 ? '1 place carries' : `${slight} places carry`} little risk. To look there all the same:`;
}

function placesOf(files: readonly Finished[]): number {
  return files.reduce((sum, { result }) => sum + result.uncertain.length, 0);
}

function riskOf({ result }: Finished): number {
  return result.uncertain.reduce((sum, { risk }) => sum + risk, 0);
}
