import { shellWord } from '../../base/shell-word.ts';
import { VeilError } from '../../errors.ts';

/** The error for a decoder that failed, or produced invalid output. */
export function decodingFailed(path: string, reason: string, cause?: unknown): VeilError {
  return new VeilError('DECODER_FAILED', `${path} could not be decoded: ${reason}.`, {
    hint: 'Play the file to see whether it is damaged. More with --verbose.',
    cause: cause ?? reason,
  });
}

/** The error for a picture that can't be fitted into the first one. */
export function shapeChanged(path: string, time: number): VeilError {
  return new VeilError(
    'INPUT_UNSUPPORTED',
    `${path} changes the size or the shape of its pixels at ${time.toFixed(1)} s, beyond what can be fitted.`,
    {
      hint: `Bring all of it to one size first: ffmpeg -i ${shellWord(path)} -vf scale=1280:720,setsar=1 ${shellWord(`${path}.same.mp4`)}`,
    },
  );
}
