import { VeilError } from '../../errors.ts';

/** The output, or its folder, is not there any more. */
export function goneError(output: string): VeilError {
  return new VeilError(
    'OUTPUT_UNWRITABLE',
    `The folder of ${output}, or what was written there, was removed.`,
    {
      hint: 'Run it again, with a folder that stays.',
    },
  );
}

/** The input is not there any more, from which the encoder takes the sound. */
export function inputGoneError(input: string): VeilError {
  return new VeilError('INPUT_CHANGED', `${input} was removed while it was read.`, {
    hint: 'Nothing was left behind. Run it again, with a file that stays.',
  });
}
