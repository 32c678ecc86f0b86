import { extname } from 'node:path';
import { shellWord } from '../../base/shell-word.ts';
import { VeilError } from '../../errors.ts';
import { offsetBehind } from '../../ffmpeg/film-behind.ts';

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

/** The error for recordings of different sizes that were joined byte by byte. */
export async function joinedFilms(path: string, time: number): Promise<VeilError> {
  const [name, kind] = [shellWord(path), extname(path)];
  const offset = await offsetBehind(path);
  const parting =
    offset === null
      ? ''
      : `: head -c ${offset} ${name} > ${shellWord(`${path}.1${kind}`)}; tail -c +${offset + 1} ${name} > ${shellWord(`${path}.2${kind}`)}`;
  return new VeilError(
    'INPUT_UNSUPPORTED',
    `${path} consists of recordings of different sizes that were joined: its clock goes back at ${time.toFixed(1)} s.`,
    { hint: `Cover the recordings one by one${parting}` },
  );
}
