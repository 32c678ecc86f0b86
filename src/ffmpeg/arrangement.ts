import type { FfprobeStream } from 'fluent-ffmpeg';
import type { VideoStream } from './streams.ts';

/** ffmpeg's names of a flat picture. */
const FLAT: ReadonlySet<string> = new Set(['rectilinear', 'unknown']);

/** ffmpeg's names of two views in one picture, or in frames by turns. */
const TWO_VIEWS = /^(?:side by side|top and bottom|frame alternate|checkerboard|interleaved)/;

/** How players are to show a picture that is not flat: fluent-ffmpeg mixes side data with the facts of the stream. */
export function arrangementOf(stream: FfprobeStream): Pick<VideoStream, 'projection' | 'views'> {
  const { projection, type } = stream as unknown as Record<string, unknown>;
  return {
    projection: typeof projection === 'string' && !FLAT.has(projection) ? projection : null,
    views: typeof type === 'string' && TWO_VIEWS.test(type) ? type : null,
  };
}
