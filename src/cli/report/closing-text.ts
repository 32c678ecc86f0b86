import { basename, dirname, join, resolve } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import type { FileResult } from '../../pipeline/file/write-covered.ts';
import { isOwnOutput } from '../input/media-kinds.ts';
import { printable } from './terminal-text.ts';

/** An input that was done. */
export interface Finished {
  readonly input: string;
  readonly result: Pick<
    FileResult,
    'output' | 'reportPath' | 'tracksPath' | 'tracks' | 'uncertain' | 'doubts'
  >;
}

export interface ClosingOptions {
  /** The folder that was asked for, where it was one and nothing else. */
  readonly folder: string | null;
  /** Where its outputs went, if elsewhere. */
  readonly outputFolder: string | null;
  /** Flags that the review needs to cover in the same way. */
  readonly flags: readonly string[];
}

/** What a call has done and what comes next, as a paragraph; empty where nothing was done. */
export function closingText(done: readonly Finished[], options: ClosingOptions): string {
  const [first] = done.toSorted((a, b) => riskOf(b) - riskOf(a));
  if (first === undefined) return '';
  const written = done.length === 1 ? oneText(first) : `${done.length} files are written.`;
  const isFolder = done.length > 1 && options.folder !== null && first.result.tracksPath !== null;
  const next = isFolder ? folderCommand(options) : reviewCommand(first, options.flags);
  const begin = isFolder || done.length === 1 ? '' : 'begin with ';
  return `${printable(written)} ${facesText(done)} ${placesText(done)} ${begin}${printable(next)}\n`;
}

/** What opens the review of one input. */
export function reviewCommand({ input, result }: Finished, flags: readonly string[]): string {
  const { output, tracksPath } = result;
  const words = isFoundFrom(output, input, tracksPath)
    ? [output]
    : [input, ...(tracksPath === null ? [] : ['--tracks', tracksPath]), '-o', output];
  return ['veil review', ...[...words, ...flags].map(shellWord)].join(' ');
}

/** Whether the output alone says where its tracks and its input are: beside it. */
function isFoundFrom(output: string, input: string, tracks: string | null): boolean {
  const [folder, name] = [dirname(resolve(output)), basename(output)];
  if (!isOwnOutput(name) || dirname(resolve(input)) !== folder || tracks === null) return false;
  return resolve(tracks) === join(folder, name.replace(/\.veil\.[^.]+$/i, '.veil.tracks.json'));
}

function folderCommand({ folder, outputFolder, flags }: ClosingOptions): string {
  const tracks = outputFolder === null ? [] : ['--tracks', outputFolder];
  return ['veil review', ...[folder!, ...tracks, ...flags].map(shellWord)].join(' ');
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

function placesText(done: readonly Finished[]): string {
  const places = done.reduce((sum, { result }) => sum + result.uncertain.length, 0);
  const isWarned = done.some(({ result }) => result.doubts.length > 0);
  if (places === 0) {
    return isWarned
      ? 'the warnings above say what deserves a look before you publish:'
      : 'nothing is in doubt. To look through it all the same:';
  }
  const files = done.filter(({ result }) => result.uncertain.length > 0).length;
  const where = done.length === 1 ? '' : ` in ${files} ${files === 1 ? 'file' : 'files'}`;
  return `${places} ${places === 1 ? 'place deserves' : 'places deserve'} a look${where} before you publish:`;
}

function riskOf({ result }: Finished): number {
  return result.uncertain.reduce((sum, { risk }) => sum + risk, 0);
}
