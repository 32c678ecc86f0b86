import { createAnonymizer, type AnonymizerOptions } from '../../../src/anonymize/anonymizer.ts';
import { silentLogger } from '../../../src/logger.ts';
import { alteredFrame, cropFace, repeatable, type Person } from './people.ts';
import { CROP_SIZE, type Recogniser } from './recogniser.ts';

export type Protection = Pick<AnonymizerOptions, 'style' | 'shape' | 'cells'> & { readonly padding?: number };

/** One person's face over a second: 30 frames, moving by parts of a pixel, with sensor noise. */
export type Track = readonly Person[];

const FRAMES = 30;

export function makeTracks(people: readonly Person[]): Track[] {
  return people.map((person, id) => {
    const random = repeatable(id + 1);
    return Array.from({ length: FRAMES }, (_, index) => {
      const angle = (index / FRAMES) * 2 * Math.PI;
      const dx = 1.5 * Math.sin(angle) + random() - 0.5;
      const dy = 1.5 * Math.cos(angle) + random() - 0.5;
      return alteredFrame(person, { dx, dy, light: 1, noise: 4, time: index / FRAMES, index }, random);
    });
  });
}

/** What an attacker gets from the output of a track: its first frame, and the average of all its frames. */
export interface Loot {
  readonly single: Uint8Array;
  readonly averaged: Uint8Array;
}

/** Covers a track and crops the true faces: the attacker knows their places. */
export async function coverTrack(
  track: Track,
  id: number,
  protection: Protection,
  seed?: string,
): Promise<Loot> {
  const { width, height } = track[0]!.frame;
  const anonymizer = await createAnonymizer({
    padding: 0,
    ...protection,
    color: '#202020',
    anonymizer: 'cpu',
    format: 'gbrp',
    width,
    height,
    logger: silentLogger,
    seed,
  });
  const sum = new Float64Array(CROP_SIZE * CROP_SIZE * 3);
  let single: Uint8Array | null = null;
  for (const { frame, box } of track) {
    const copy = { ...frame, data: frame.data.slice() };
    const covered = await anonymizer.anonymize(copy, [{ trackId: id, box, origin: 'detected', score: 1 }]);
    const crop = cropFace(covered, box);
    single ??= crop;
    for (let i = 0; i < crop.length; i++) sum[i]! += crop[i]!;
  }
  await anonymizer.close();
  return { single: single!, averaged: Uint8Array.from(sum, (value) => Math.round(value / track.length)) };
}

/** How often the nearest known descriptor is the right one, 0…1. `probes[i]` shows person `truth[i]`. */
export function rankOne(
  gallery: readonly Float32Array[],
  probes: readonly Float32Array[],
  truth: readonly number[],
): number {
  const hits = probes.filter((probe, i) => nearest(gallery, probe) === truth[i]);
  return hits.length / probes.length;
}

export function nearest(gallery: readonly Float32Array[], probe: Float32Array): number {
  let best = 0;
  let least = Infinity;
  gallery.forEach((known, person) => {
    const far = distance(known, probe);
    if (far < least) [best, least] = [person, far];
  });
  return best;
}

export function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
}

/** Descriptors of uncovered faces, unchanged and altered: nearer, further, shifted, darker, brighter, noisy. */
export async function cleanDescriptors(
  recogniser: Recogniser,
  people: readonly Person[],
): Promise<{ gallery: Float32Array[]; probes: Float32Array[] }> {
  const random = repeatable(99);
  const between = (low: number, high: number): number => low + (high - low) * random();
  const gallery = await recogniser.describe(people.map(({ frame, box }) => cropFace(frame, box)));
  const probes = people.map((person) => {
    const change = { dx: 0.4, dy: 0.3, light: between(0.8, 1.2), noise: 6, time: 0, index: 0 };
    const { frame, box } = alteredFrame(person, change, random);
    const grown = between(0.94, 1.06);
    return cropFace(frame, {
      x: box.x + box.width * (between(-0.04, 0.04) + (1 - grown) / 2),
      y: box.y + box.height * (between(-0.04, 0.04) + (1 - grown) / 2),
      width: box.width * grown,
      height: box.height * grown,
    });
  });
  return { gallery, probes: await recogniser.describe(probes) };
}
