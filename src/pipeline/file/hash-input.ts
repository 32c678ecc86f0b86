import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { interrupted, VeilError } from '../../errors.ts';

/** What every bit of an input decides. */
export interface InputHash {
  /** Its checksum, hexadecimal, which people publish. */
  readonly sha256: string;
  /**
   * What the noise in covered heads grows from. The same input gets the same noise in every run, so that a cover from a
   * tracks file is that of `veil blur`, and so that two outputs of one video cannot be averaged to thin it. It does not
   * follow from the checksum: computing it takes the whole original.
   */
  readonly noiseSeed: string;
}

/**
 * Reads an input once.
 *
 * @throws VeilError INPUT_UNREADABLE, INTERRUPTED
 */
export async function hashInput(input: string, signal: AbortSignal): Promise<InputHash> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(input, { signal, highWaterMark: 1024 ** 2 })) {
      hash.update(chunk as Buffer);
    }
  } catch (cause) {
    if (signal.aborted) throw interrupted();
    throw new VeilError('INPUT_UNREADABLE', `${input} cannot be read to its end.`, {
      hint: 'Copy the file again.',
      cause,
    });
  }
  // The suffix goes in where the padding would: the state before it can't be had from the checksum.
  const noiseSeed = hash.copy().update('veil noise\0').digest('hex');
  return { sha256: hash.digest('hex'), noiseSeed };
}
