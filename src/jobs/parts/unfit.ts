import { VeilError } from '../../errors.ts';

/** Why a video has to be covered in one piece. */
export function unfit(reason: string, cause?: unknown): VeilError {
  return new VeilError('PARTS_UNFIT', `This video can't be worked on in parts: ${reason}.`, {
    hint: 'Cover it in one piece. Nothing was written.',
    cause,
  });
}
