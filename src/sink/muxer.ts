import { extname } from 'node:path';
import { VeilError } from '../errors.ts';

/** Containers that Veil writes, in the terms of ffmpeg's `-f`. */
export type Muxer = 'mp4' | 'mov' | 'matroska' | 'webm';

const MUXERS: Readonly<Record<string, Muxer>> = {
  '.mp4': 'mp4',
  '.mov': 'mov',
  '.mkv': 'matroska',
  '.webm': 'webm',
};

/**
 * The container for a file name.
 *
 * @throws VeilError CONFIG_INVALID for an extension that Veil does not support
 */
export function muxerOf(path: string): Muxer {
  const ending = extname(path).toLowerCase();
  const muxer = MUXERS[ending];
  if (muxer !== undefined) return muxer;
  throw new VeilError('CONFIG_INVALID', `Veil does not write ${ending || 'files without an ending'}.`, {
    hint: `Use one of ${Object.keys(MUXERS).join(', ')}.`,
  });
}
