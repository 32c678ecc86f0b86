import { makeFolder } from '../../base/make-folder.ts';
import { outputError } from '../output-error.ts';
import { FfmpegOutput, type FfmpegOutputOptions } from './ffmpeg-output.ts';
import { publishArgs, type LiveEncoding } from './live-encode-args.ts';
import { publishName, type PublishTarget } from './publish-target.ts';

/** Seconds of frames that may wait for the network: later ones are no longer live. */
const PATIENCE = 0.5;

/**
 * Publishes to a server, a receiver or a folder; retries until it succeeds.
 *
 * @throws VeilError OUTPUT_UNWRITABLE for a folder that can't be created
 */
export async function openPublish(
  target: PublishTarget,
  encoding: LiveEncoding,
  options: Omit<FfmpegOutputOptions, 'name' | 'args' | 'queue' | 'hasSound'> & { readonly frameRate: number },
): Promise<FfmpegOutput> {
  const { video, frameRate } = options;
  if (target.kind === 'hls') {
    try {
      await makeFolder(target.folder);
    } catch (error) {
      throw outputError(error, target.folder);
    }
  }
  return new FfmpegOutput({
    ...options,
    name: publishName(target),
    hasSound: encoding.hasSound,
    args: () => publishArgs(encoding, { ...video, frameRate }, target),
    queue: Math.ceil(PATIENCE * frameRate),
  });
}
