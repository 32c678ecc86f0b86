import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { interrupted, VeilError } from '../../errors.ts';

/** Hashes over every bit of an input. */
export interface InputHash {
  /** Its checksum, hexadecimal. Users publish it. */
  readonly sha256: string;
  /**
   * Seed of the noise in covered heads. The same input gets the same noise in every run, so that rendering a tracks
   * file gives the same covers as `veil blur`, and so that averaging two outputs does not thin it. It can't be derived
   * from the checksum, only from the whole original.
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
  // The suffix takes the place of the padding: the checksum does not reveal the state before it.
  const noiseSeed = hash.copy().update('veil noise\0').digest('hex');
  return { sha256: hash.digest('hex'), noiseSeed };
}
