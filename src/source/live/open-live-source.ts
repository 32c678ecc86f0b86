import { featuresOf } from '../../ffmpeg/features.ts';
import type { LiveSource, LiveSourceOptions } from './live-source.ts';
import { ReconnectingSource } from './reconnecting-source.ts';

/**
 * Opens a live source: resolves after the first frames. Waits for a stream that does not exist yet; a camera or file
 * that can't be opened is an error.
 *
 * @throws VeilError INPUT_UNREADABLE, INPUT_NO_FRAMES, INTERRUPTED
 */
export async function openLiveSource(options: LiveSourceOptions): Promise<LiveSource> {
  const source = new ReconnectingSource(options, await featuresOf(options.binaries.ffmpeg.path));
  try {
    await source.opened;
    return source;
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}
