import { VeilError } from '../../errors.ts';

/** The error for an output, or its folder, that was removed. */
export function goneError(output: string): VeilError {
  return new VeilError(
    'OUTPUT_UNWRITABLE',
    `The folder of ${output}, or what was written there, was removed.`,
    {
      hint: 'Run it again, with a folder that stays.',
    },
  );
}

/** The error for an input that was removed, from which the encoder reads the audio. */
export function inputGoneError(input: string): VeilError {
  return new VeilError('INPUT_CHANGED', `${input} was removed while it was read.`, {
    hint: 'Nothing was left behind. Run it again, with a file that stays.',
  });
}
