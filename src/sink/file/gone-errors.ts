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

/** The error for an input that is not what it was when the run began. */
export function inputChangedError(
  input: string,
  how: 'was removed' | 'has changed',
  cause?: unknown,
): VeilError {
  return new VeilError('INPUT_CHANGED', `${input} ${how} while it was read.`, {
    hint: 'Nothing was left behind. Run it again, with a file that stays as it is.',
    cause,
  });
}
