import { realpath } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { CONTAINER_EXTENSIONS, encodingFor } from '../../config/encoding.ts';
import type { ResolvedConfig } from '../../config/schema.ts';
import { VeilError } from '../../errors.ts';
import type { Input } from '../input/inputs.ts';
import { IMAGE_EXTENSIONS, isImage } from '../input/media-kinds.ts';
import { pictureFormatOf } from '../../source/photo/picture-format.ts';
import { checkReadable, isPhoto } from '../../source/photo/picture-support.ts';
import { inClaimOrder } from './claim-order.ts';
import type { Result } from './created-folders.ts';
import { Names, folderOf, nameKey, escapeLeadingDash } from './output-names.ts';

/** An input with the names of its results. */
export interface Job {
  readonly input: string;
  readonly output: string;
  /** Null: none. */
  readonly report: string | null;
  /** Null: none. */
  readonly tracks: string | null;
  /** Null: none. */
  readonly sheet: string | null;
  /** A copy of the output with track numbers. Null: none. */
  readonly labels: string | null;
}

export interface OutputOptions {
  /** `-o`: a file or a folder. */
  readonly output: string | undefined;
  readonly report: ResolvedConfig['report'];
  readonly video: ResolvedConfig['video'];
  /** Whether the user asked for more than one file, even if only one was found: then `-o` is a folder. */
  readonly several: boolean;
  /** `--tracks-out`: a file or a folder. */
  readonly tracksOut?: string | undefined;
  /** Whether tracks files are written beside the outputs by default. Default false. */
  readonly keepsTracks?: boolean;
  /** Whether photos get reports even without a given place. Default false. */
  readonly reportsPhotos?: boolean;
  /** `--sheet`: a file or a folder. */
  readonly sheet?: string | undefined;
  /** Whether copies with track numbers are written beside the outputs. Default false. */
  readonly drawsLabels?: boolean;
  /** Earlier plans, by input, which stay unchanged. */
  readonly kept?: ReadonlyMap<string, Job>;
}

/**
 * Names outputs and reports: `NAME.veil.EXT` beside the input or in the folder, or the file that `-o` names. Within one
 * call all names differ, even without case, and none is that of an input. Side files of a photo contain its whole name,
 * since a video often has the same name with another extension.
 *
 * @throws VeilError USAGE if `-o` or `--report` can't hold the requested files, INPUT_UNSUPPORTED for a single picture
 *   that can't be read
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
    // An unreadable picture is reported as such before a mismatch with its output.
    const format = await pictureFormatOf(path);
    if (options.output !== undefined && outputFolder === null && format !== null) {
      await checkReadable(path, format);
    }
  }
  const { kept = new Map<string, Job>() } = options;
  for (const job of kept.values()) {
    for (const { path } of resultsOf(job)) if (path !== null) names.take(path);
  }
  const wantedOf = ({ path, relative }: Input): string =>
    outputFolder === null ? join(dirname(path), basename(path)) : join(outputFolder, relative);
  const extensionOf = ({ path }: Input): string => extensionFor(path, photos.has(path), options.video);
  const order = await inClaimOrder(inputs, {
    ...{ wantedOf, extensionOf },
    reportFolder: options.report === false ? null : (reportFolder ?? undefined),
  });
  const jobs = new Map(kept);
  for (const input of order) if (!jobs.has(input.path)) jobs.set(input.path, await planOne(input));
  return inputs.map(({ path }) => jobs.get(path)!);

  async function planOne(input: Input): Promise<Job> {
    const isOfPhoto = photos.has(input.path);
    const output =
      options.output !== undefined && outputFolder === null
        ? sameKind(escapeLeadingDash(options.output), input.path, isOfPhoto)
        : await names.free(wantedOf(input), extensionOf(input));
    const report = await reportPath(output, isOfPhoto);
    if (report !== null && nameKey(report) === nameKey(output)) {
      throw new VeilError('USAGE', `${output} can't be the output and the report at once.`, {
        hint: 'Choose another name with --report.',
      });
    }
    const tracks = await tracksPath(output, isOfPhoto);
    const sheet = await sheetPath(output, isOfPhoto);
    const labels = await labelsPath(output, isOfPhoto);
    return { input: input.path, output, report, tracks, sheet, labels };
  }

  async function reportPath(output: string, isOfPhoto: boolean): Promise<string | null> {
    if (reportTo !== undefined && reportFolder === null) return escapeLeadingDash(reportTo);
    if (options.report === false) return null;
    // Photos get a report only at a given place, or if a batch needs evidence of what it has done.
    if (reportTo === undefined && isOfPhoto && options.reportsPhotos !== true) return null;
    return names.free(join(reportFolder ?? dirname(output), unveiled(output)), '.report.json', isOfPhoto);
  }

  async function labelsPath(output: string, isOfPhoto: boolean): Promise<string | null> {
    if (options.drawsLabels !== true) return null;
    return names.free(join(dirname(output), unveiled(output)), `.labels${extname(output)}`, isOfPhoto);
  }

  async function sheetPath(output: string, isOfPhoto: boolean): Promise<string | null> {
    if (options.sheet === undefined) return null;
    if (sheetFolder === null) return escapeLeadingDash(options.sheet);
    return names.free(join(sheetFolder, unveiled(output)), '.sheet.png', isOfPhoto);
  }

  async function tracksPath(output: string, isOfPhoto: boolean): Promise<string | null> {
    if (options.tracksOut !== undefined && tracksFolder === null) return escapeLeadingDash(options.tracksOut);
    if (tracksFolder === null && options.keepsTracks !== true) return null;
    return names.free(join(tracksFolder ?? dirname(output), unveiled(output)), '.tracks.json', isOfPhoto);
  }
}

/** The files that a job writes. */
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

/** Keeps the container if Veil can write it and it supports the codec; otherwise mp4 or jpg. */
function extensionFor(input: string, isOfPhoto: boolean, video: ResolvedConfig['video']): string {
  const extension = extname(input);
  if (isOfPhoto && isImage(input)) return extension;
  // Lossless, like the original.
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
