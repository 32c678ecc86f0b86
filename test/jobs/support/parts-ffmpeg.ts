import { findBinaries } from '../../../src/ffmpeg/binaries.ts';
import { encoderSupportOf } from '../../../src/sink/encoder-support.ts';

const { ffmpeg } = await findBinaries();

/** Why tests of parts are skipped here, for their titles; empty if they are not. */
export const noParts = (await encoderSupportOf(ffmpeg.path)).packetDurations
  ? ''
  : '(skipped: this ffmpeg is too old to work on parts)';
