import { VeilError } from '../errors.ts';

/** Patterns of ffmpeg's readers of image sequences. */
const PATTERN = /%(?:\d*d|[*?[\]{}])/;

/** Extensions that these readers ignore. */
const CONTAINER =
  /\.(?:mp4|m4v|mov|qt|3gp|3g2|mkv|webm|avi|flv|f4v|ts|mts|m2ts|m2t|mpg|mpeg|vob|ogv|ogg|wmv|asf|mxf|nut)$/i;

/**
 * Refuses a name that ffmpeg would expand to other files, before any program gets it.
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
