import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { interrupted, VeilError } from '../../errors.ts';

/**
 * What the noise in covered heads grows from: every bit of the input. The same input gets the same noise in every
 * run, so that a cover from a tracks file is that of `veil blur`, and so that two outputs of one video cannot be
 * averaged to thin it. Whoever can compute it holds the whole original already.
 *
 * @throws VeilError INPUT_UNREADABLE, INTERRUPTED
 */
export async function noiseSeed(input: string, signal: AbortSignal): Promise<string> {
  // The prefix keeps it from being the checksum of the file, which people do publish.
  const hash = createHash('sha256').update('veil noise\0');
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
  return hash.digest('hex');
}
