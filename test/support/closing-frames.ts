import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { featuresOf } from '../../src/ffmpeg/features.ts';

/** Additional frames of an output: builds before 5.0 need one to mark the end of the last frame. */
export async function closingFrames(): Promise<number> {
  const { ffmpeg } = await findBinaries();
  return (await featuresOf(ffmpeg.path)).packetDurations ? 0 : 1;
}
