import { realpath } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { CONTAINER_EXTENSIONS, encodingFor } from '../../config/encoding.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import { VeilError } from '../../errors.ts';
import type { Input } from '../input/inputs.ts';
import { IMAGE_EXTENSIONS, isImage } from '../input/media-kinds.ts';
import { pictureFormatOf } from '../../source/photo/picture-format.ts';
import { checkReadable, isPhoto } from '../../source/photo/picture-support.ts';
import type { Result } from './created-folders.ts';
import { Names, folderOf, nameKey, escapeLeadingDash } from './output-names.ts';

/** An input with the names of what it becomes. */
export interface Job {
  readonly input: string;
  readonly output: string;
  /** Null: none. */
  readonly report: string | null;
  /** Null: none. */
  readonly tracks: string | null;
  /** Null: none. */
  readonly sheet: string | null;
  /** A copy of the output with the numbers of tracks on it. Null: none. */
  readonly labels: string | null;
}

export interface OutputOptions {
  /** `-o`: a file or a folder. */
  readonly output: string | undefined;
  readonly report: ResolvedConfig['report'];
  readonly video: ResolvedConfig['video'];
  /** More than one file was asked for, even if only one was found: `-o` is a folder then. */
  readonly several: boolean;
  /** `--tracks-out`: a file or a folder. */
  readonly tracksOut?: string | undefined;
  /** Whether tracks files are made beside the outputs where no other place is named. Default false. */
  readonly keepsTracks?: boolean;
  /** Whether photos get reports although no place for them is named. Default false. */
  readonly reportsPhotos?: boolean;
  /** `--sheet`: a file or a folder. */
  readonly sheet?: string | undefined;
  /** Whether copies with numbers are made beside the outputs. Default false. */
  readonly drawsLabels?: boolean;
}

/**
 * Names outputs and reports: `NAME.veil.EXT` beside the input or in the folder, or the file that `-o` names. Within
 * one call no two names are equal, not even on file systems that ignore case, and none is that of an input.
 *
 * @throws VeilError USAGE when `-o` or `--report` can't hold what was asked for, INPUT_UNSUPPORTED for one picture that
 *   can't be read
 */
export async function planOutputs(inputs: readonly Input[], options: OutputOptions): Promise<Job[]> {
  const outputFolder = await folderOf(options.output, '-o', options.several, [
    ...CONTAINER_EXTENSIONS,
    ...IMAGE_EXTENSIONS,
  ]);
  const reportTo = typeof options.report === 'string' ? options.report : undefined;
  const reportFolder = await folderOf(reportTo, '--report', options.several, ['.json']);
  const sheetFolder = await folderOf(options.sheet, '--sheet', options.several, ['.png']);
  const tracksFolder = await folderOf(options.tracksOut, '--tracks-out', options.several, ['.json']);

  const names = new Names();
  const photos = new Set<string>();
  for (const { path } of inputs) {
    names.take(await realpath(path).catch(() => path));
    if (!(await isPhoto(path))) continue;
    photos.add(path);
    // What can't be read is that before it is of the wrong kind for its output.
    const format = await pictureFormatOf(path);
    if (options.output !== undefined && outputFolder === null && format !== null) {
      await checkReadable(path, format);
    }
  }
  return inputs.map((input) => {
    const folder = outputFolder ?? dirname(input.path);
    const wanted = join(folder, outputFolder === null ? basename(input.path) : input.relative);
    const output =
      options.output !== undefined && outputFolder === null
        ? sameKind(escapeLeadingDash(options.output), input.path, photos.has(input.path))
        : names.free(wanted, extensionFor(input.path, photos.has(input.path), options.video));
    const report = reportPath(input.path, output, names);
    if (report !== null && nameKey(report) === nameKey(output)) {
      throw new VeilError('USAGE', `${output} can't be the output and the report at once.`, {
        hint: 'Choose another name with --report.',
      });
    }
    const [tracks, sheet, labels] = [tracksPath(output), sheetPath(output), labelsPath(output)];
    return { input: input.path, output, report, tracks, sheet, labels };
  });

  function reportPath(input: string, output: string, names: Names): string | null {
    if (reportTo !== undefined && reportFolder === null) return escapeLeadingDash(reportTo);
    if (options.report === false) return null;
    // Photos get one only when a place for it was named, or a batch has to know what it has done.
    if (reportTo === undefined && photos.has(input) && options.reportsPhotos !== true) return null;
    return names.free(join(reportFolder ?? dirname(output), unveiled(output)), '.report.json');
  }

  function labelsPath(output: string): string | null {
    if (options.drawsLabels !== true) return null;
    return names.free(join(dirname(output), unveiled(output)), `.labels${extname(output)}`);
  }

  function sheetPath(output: string): string | null {
    if (options.sheet === undefined) return null;
    if (sheetFolder === null) return escapeLeadingDash(options.sheet);
    return names.free(join(sheetFolder, unveiled(output)), '.sheet.png');
  }

  function tracksPath(output: string): string | null {
    if (options.tracksOut !== undefined && tracksFolder === null) return escapeLeadingDash(options.tracksOut);
    if (tracksFolder === null && options.keepsTracks !== true) return null;
    return names.free(join(tracksFolder ?? dirname(output), unveiled(output)), '.tracks.json');
  }
}

/** The files that a job makes. */
export function resultsOf({ output, report, tracks, sheet, labels }: Omit<Job, 'input'>): Result[] {
  return [
    { path: output, kind: isImage(output) ? 'image' : 'video' },
    { path: report, kind: 'report' },
    { path: tracks, kind: 'tracks' },
    { path: sheet, kind: 'image' },
    { path: labels, kind: isImage(output) ? 'image' : 'video' },
  ];
}

/** `a.mp4` for `…/a.veil.mp4`. */
function unveiled(output: string): string {
  return basename(output).replace(/\.veil(\.[^.]+)$/i, '$1');
}

function sameKind(output: string, input: string, isOfPhoto: boolean): string {
  if (isImage(output) === isOfPhoto) return output;
  throw new VeilError(
    'USAGE',
    `${input} ${isOfPhoto ? 'is a photo' : 'is not a photo'}, ${output} ${isImage(output) ? 'is' : 'is not'}.`,
    { hint: `Use one of ${(isOfPhoto ? IMAGE_EXTENSIONS : CONTAINER_EXTENSIONS).join(', ')} for -o.` },
  );
}

/** Keeps the kind of file where Veil writes it and it can hold the codec; otherwise it becomes an mp4 or a jpg. */
function extensionFor(input: string, isOfPhoto: boolean, video: ResolvedConfig['video']): string {
  const extension = extname(input);
  if (isOfPhoto && isImage(input)) return extension;
  // As exact as it was.
  if (isOfPhoto) return /^\.tiff?$/i.test(extension) ? '.png' : '.jpg';
  if (!CONTAINER_EXTENSIONS.includes(extension.toLowerCase())) return '.mp4';
  try {
    encodingFor(video, input);
    return extension;
  } catch (error) {
    if (error instanceof VeilError) return '.mp4';
    throw error;
  }
}
