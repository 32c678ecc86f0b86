import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { VeilError } from '../../errors.ts';
import { unreadable } from './input-error.ts';
import { leftOutOf } from './left-out.ts';
import { looksLikeMedia } from './looks-like-media.ts';
import { isMedia, isOwnOutput, unreadKindOf } from './media-kinds.ts';
import { escapeLeadingDash } from '../output/output-names.ts';
import { walkFolder, type FolderContent } from './walk-folder.ts';

/** A file to work on. */
export interface Input {
  /** Never begins with a dash. */
  readonly path: string;
  /** Its path relative to an output folder. */
  readonly relative: string;
}

/** An input that can't even be tried. */
export interface InputProblem {
  readonly path: string;
  readonly error: Error;
}

/** The files that the arguments refer to. */
export interface ExpandedInputs {
  /** In the order of the arguments; each file once. */
  readonly inputs: readonly Input[];
  readonly problems: readonly InputProblem[];
  /** Whether the arguments contain a folder or a pattern. */
  readonly severalAsked: boolean;
  /** Sentences about files that were left out. */
  readonly notices: readonly string[];
}

/** Expands arguments (files, folders, patterns) to files. */
export async function expandInputs(args: readonly string[]): Promise<ExpandedInputs> {
  const inputs = new Map<string, Input>();
  const problems: InputProblem[] = [];
  const notices: string[] = [];
  let severalAsked = args.length > 1;
  for (const arg of args) {
    const found = await expand(arg, args.length > 1);
    for (const input of found.inputs) {
      const key = resolve(input.path);
      if (!inputs.has(key)) inputs.set(key, { ...input, path: escapeLeadingDash(input.path) });
    }
    problems.push(...found.problems);
    notices.push(...found.notices);
    severalAsked ||= found.several;
  }
  return { inputs: [...inputs.values()], problems, severalAsked, notices };
}

interface Found {
  readonly inputs: readonly Input[];
  readonly problems: readonly InputProblem[];
  readonly notices: readonly string[];
  readonly several: boolean;
}

async function expand(arg: string, amongOthers: boolean): Promise<Found> {
  let info;
  try {
    info = await stat(arg);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // An existing name is never parsed as a pattern: phones use brackets in names.
    if (code === 'ENOENT' && isDynamicPattern(arg)) return matches(arg);
    return failed(arg, unreadable(arg, cause));
  }
  if (info.isFile()) {
    const notices = isOwnOutput(arg) ? [`${arg} is an output of Veil by its name; it is covered again.`] : [];
    return { inputs: [{ path: arg, relative: basename(arg) }], problems: [], notices, several: false };
  }
  if (info.isDirectory()) return content(arg, amongOthers);
  return failed(
    arg,
    new VeilError('INPUT_UNSUPPORTED', `${arg} is neither a file nor a folder.`, {
      hint: 'veil blur takes files that are complete; record a stream or a device to a file first.',
    }),
  );
}

async function content(folder: string, amongOthers: boolean): Promise<Found> {
  // Like cp: a single folder's content goes into the target, several folders keep their names.
  const prefix = amongOthers ? basename(resolve(folder)) : '';
  const { files, problems, skipped, hidden, own, loops } = await walkFolder(folder);
  problems.push(...leftOutOf(folder, skipped));
  if (files.length === 0 && problems.length === 0) {
    return failed(
      folder,
      new VeilError('INPUT_EMPTY', `${folder} holds no video and no photo.`, {
        hint: 'Hidden files and files named *.veil.* are left out.',
      }),
    );
  }
  return {
    inputs: files.map((file) => ({ path: join(folder, file), relative: join(prefix, file) })),
    problems,
    notices: noticesOf({
      skipped: skipped.filter((path) => unreadKindOf(path) === null),
      hidden,
      own,
      loops,
    }),
    several: true,
  };
}

async function matches(pattern: string): Promise<Found> {
  const paths = await glob(pattern.replaceAll(process.platform === 'win32' ? '\\' : '/', '/'), {
    onlyFiles: true,
    // Links to files still match; links to folders could form loops.
    followSymbolicLinks: false,
    expandDirectories: false,
  });
  const files: string[] = [];
  for (const path of paths.sort()) {
    if (!isOwnOutput(basename(path)) && (await looksLikeMedia(path))) files.push(path);
  }
  const taken = new Set(files);
  const problems = leftOutOf(
    pattern,
    paths.filter((path) => !taken.has(path)),
  );
  if (files.length === 0 && problems.length === 0) {
    return failed(
      pattern,
      new VeilError('INPUT_NOT_FOUND', `No file matches ${pattern}.`, {
        hint:
          paths.length > 0
            ? `${paths.length} match, but none is a video or photo that Veil did not make itself.`
            : 'Check the pattern; ** stands for any folders.',
      }),
    );
  }
  const base = staticPart(pattern);
  const inputs = files.map((path) => ({ path, relative: relative(base, path) }));
  const own = paths.filter((path) => isOwnOutput(basename(path)) && isMedia(path));
  return { inputs, problems, notices: noticesOf({ own }), several: true };
}

/** The folders of a pattern up to its first magic character: `photos` of `photos/*.jpg`. */
function staticPart(pattern: string): string {
  let part = dirname(pattern);
  while (isDynamicPattern(part)) part = dirname(part);
  return part;
}

type LeftOut = Partial<Pick<FolderContent, 'skipped' | 'hidden' | 'own' | 'loops'>>;

function noticesOf({ skipped = [], hidden = [], own = [], loops = [] }: LeftOut): string[] {
  return [
    ...loops.map((path) => `${path} leads back to a folder it lies in; it is not followed.`),
    ...leftOutNotice('neither video nor photo', skipped),
    ...leftOutNotice('hidden', hidden),
    ...leftOutNotice('made by Veil', own),
  ];
}

function leftOutNotice(why: string, [first, ...others]: readonly string[]): string[] {
  if (first === undefined) return [];
  return [`Left out, ${why}: ${first}${others.length > 0 ? ` and ${others.length} more` : ''}.`];
}

function failed(path: string, error: Error): Found {
  return { inputs: [], problems: [{ path, error }], notices: [], several: false };
}
