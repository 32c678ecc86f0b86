import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { toneSpan } from './tone-span.ts';

/** Time at which the first audio track becomes loud, by the clock of the file, seconds. */
export async function toneOnset(path: string, binaries: Pick<Binaries, 'ffmpeg'>): Promise<number> {
  const [from] = await toneSpan(path, binaries);
  return from;
}
