import { VeilError } from '../../errors.ts';

/** The reason why a video must be covered in one piece. */
export function unfit(reason: string): VeilError {
  return new VeilError('PARTS_UNFIT', `This video can't be worked on in parts: ${reason}.`, {
    hint: 'Cover it in one piece. Nothing was written.',
  });
}
