import { VeilError } from '../errors.ts';

/** What ffmpeg's readers of image sequences take for a pattern. */
const PATTERN = /%(?:\d*d|[*?[\]{}])/;

/** Endings that these readers leave to others. */
const CONTAINER =
  /\.(?:mp4|m4v|mov|qt|3gp|3g2|mkv|webm|avi|flv|f4v|ts|mts|m2ts|m2t|mpg|mpeg|vob|ogv|ogg|wmv|asf|mxf|nut)$/i;

/**
 * Refuses a name for which ffmpeg would open the files that fit it, before any program is given it.
 *
 * @throws VeilError INPUT_UNSUPPORTED
 */
export function refusePattern(path: string): void {
  if (!PATTERN.test(path) || CONTAINER.test(path)) return;
  throw patternError(path);
}

export function patternError(path: string): VeilError {
  return new VeilError('INPUT_UNSUPPORTED', `ffmpeg would read other files for the name ${path}.`, {
    hint: 'Rename the file, or its folder, so that its path contains no %.',
  });
}
