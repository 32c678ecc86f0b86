import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { featuresOf } from '../../src/ffmpeg/features.ts';

/** Frames that an output has more than its input: builds of before 5.0 need one to know when the last one ends. */
export async function closingFrames(): Promise<number> {
  const { ffmpeg } = await findBinaries();
  return (await featuresOf(ffmpeg.path)).packetDurations ? 0 : 1;
}
