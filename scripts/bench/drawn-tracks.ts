import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { TracksInput } from '../../src/documents/tracks-document.ts';
import { COLUMNS, ORIGINS } from '../../src/documents/track-record.ts';
import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { probe } from '../../src/ffmpeg/probe.ts';
import { openSource } from '../../src/pipeline/file/open-source.ts';

/** Share of the picture that all faces together take, so that many are small, as in a crowd. */
const COVERED = 0.08;

/** A tracks document with so many faces, each on a straight way across the picture. The same for the same arguments. */
export async function drawnTracks(clip: string, faces: number, binaries: Binaries): Promise<TracksInput> {
  const { video } = await probe(clip, binaries);
  if (video?.frameCount == null) throw new Error(`${clip} does not say how many frames it has`);
  await using source = await openSource({ input: clip, look: { interval: 1, sizes: [] } });
  const { width, height, timeBase } = source.info;
  const side = Math.max(10, Math.min(height / 5, Math.sqrt((width * height * COVERED) / Math.max(1, faces))));
  const random = randomNumbers();
  const place = (): number[] =>
    [random() * (width - side), random() * (height - 1.3 * side), side, 1.3 * side].map(
      (value) => Math.round(value * 10) / 10,
    );
  const last = video.frameCount - 1;
  return {
    format: 'veil-tracks/1',
    versions: {},
    input: {
      name: basename(clip),
      bytes: (await stat(clip)).size,
      ...{ width, height, frames: video.frameCount },
      timeBase: `${timeBase.num}/${timeBase.den}`,
      start: null,
      end: null,
    },
    detector: 'drawn',
    looks: 0,
    origins: [...ORIGINS],
    columns: [...COLUMNS],
    tracks: Array.from({ length: faces }, (_, index) => ({
      id: index + 1,
      keys: [
        [0, ...place()],
        [last, ...place()],
      ],
    })),
  };
}

/** 0…1, the same sequence every time (Lehmer's generator). */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
