import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { CONTAINER_EXTENSIONS, encodingFor } from '../config/encoding.ts';
import type { ResolvedConfig } from '../config/schema.ts';
import { VeilError } from '../errors.ts';
import type { Input } from './inputs.ts';
import { IMAGE_EXTENSIONS, isImage } from './media-kinds.ts';

/** An input with the names of what it becomes. */
export interface Job {
  readonly input: string;
  readonly output: string;
  /** Null: none. */
  readonly report: string | null;
}

export interface OutputOptions {
  /** `-o`: a file or a folder. */
  readonly output: string | undefined;
  readonly report: ResolvedConfig['report'];
  readonly video: ResolvedConfig['video'];
  /** More than one file was asked for, even if only one was found: `-o` is a folder then. */
  readonly several: boolean;
}

/**
 * Names outputs and reports: `NAME.veil.EXT` beside the input or in the folder, or the file that `-o` names. Within
 * one call no two names are equal, not even on file systems that ignore case, and none is that of an input.
 *
 * @throws VeilError USAGE when `-o` or `--report` can't hold what was asked for
 */
export async function planOutputs(inputs: readonly Input[], options: OutputOptions): Promise<Job[]> {
  const outputFolder = await folderOf(options.output, '-o', options.several, [
    ...CONTAINER_EXTENSIONS,
    ...IMAGE_EXTENSIONS,
  ]);
  const reportTo = typeof options.report === 'string' ? options.report : undefined;
  const reportFolder = await folderOf(reportTo, '--report', options.several, ['.json']);

  const names = new Names();
  for (const { path } of inputs) names.take(await realpath(path).catch(() => path));
  return inputs.map((input) => {
    const folder = outputFolder ?? dirname(input.path);
    const wanted = join(folder, outputFolder === null ? basename(input.path) : input.relative);
    const output =
      options.output !== undefined && outputFolder === null
        ? sameKind(undashed(options.output), input.path)
        : names.free(wanted, extensionFor(input.path, options.video));
    const report = reportPath(input.path, output, names);
    if (report !== null && key(report) === key(output)) {
      throw new VeilError('USAGE', `${output} can't be the output and the report at once.`, {
        hint: 'Choose another name with --report.',
      });
    }
    return { input: input.path, output, report };
  });

  function reportPath(input: string, output: string, names: Names): string | null {
    if (reportTo !== undefined && reportFolder === null) return undashed(reportTo);
    // Photos get one only when a place for it was named.
    if (options.report === false || (reportTo === undefined && isImage(input))) return null;
    const base = basename(output).replace(/\.veil(\.[^.]+)$/i, '$1');
    return names.free(join(reportFolder ?? dirname(output), base), '.report.json');
  }
}

function sameKind(output: string, input: string): string {
  if (isImage(output) === isImage(input)) return output;
  throw new VeilError(
    'USAGE',
    `${input} ${isImage(input) ? 'is a photo' : 'is no photo'}, ${output} ${isImage(output) ? 'is' : 'is not'}.`,
    {
      hint: `Use one of ${(isImage(input) ? IMAGE_EXTENSIONS : CONTAINER_EXTENSIONS).join(', ')} for -o.`,
    },
  );
}

/** The folder that an option names, or null where it names a file or is left out. */
async function folderOf(
  path: string | undefined,
  flag: string,
  several: boolean,
  fileExtensions: readonly string[],
): Promise<string | null> {
  if (path === undefined) return null;
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() === true) return undashed(path);
  const looksLikeFile = info !== null || fileExtensions.includes(extname(path).toLowerCase());
  const slashed = /[/\\]$/.test(path);
  if (several && looksLikeFile && !slashed) {
    throw new VeilError('USAGE', `${flag} ${path} names one file, but there may be several inputs.`, {
      hint: `Name a folder: ${flag} ${path.replace(/\.[^./\\]*$/, '')}/`,
    });
  }
  return several || slashed || (info === null && extname(path) === '') ? undashed(path) : null;
}

/** Keeps the kind of file where Veil writes it and it can hold the codec; otherwise it becomes an mp4. */
function extensionFor(input: string, video: ResolvedConfig['video']): string {
  const extension = extname(input);
  if (isImage(input)) return extension;
  if (!CONTAINER_EXTENSIONS.includes(extension.toLowerCase())) return '.mp4';
  try {
    encodingFor(video, input);
    return extension;
  } catch (error) {
    if (error instanceof VeilError) return '.mp4';
    throw error;
  }
}

/** Names that are spoken for. */
class Names {
  readonly #taken = new Set<string>();

  take(path: string): void {
    this.#taken.add(key(path));
  }

  /** `a.veil.mp4` for `a.mov` and `.mp4`; `a.mov.veil.mp4` where that is taken, then `a.mov-2.veil.mp4`. */
  free(wanted: string, extension: string): string {
    const whole = basename(wanted);
    const stem = basename(wanted, extname(wanted));
    for (let attempt = 0; ; attempt += 1) {
      const name = attempt === 0 ? stem : attempt === 1 ? whole : `${whole}-${attempt}`;
      const path = join(dirname(wanted), `${name}.veil${extension}`);
      if (this.#taken.has(key(path))) continue;
      this.take(path);
      return undashed(path);
    }
  }
}

function key(path: string): string {
  return resolve(path).normalize('NFC').toLowerCase();
}

function undashed(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}
