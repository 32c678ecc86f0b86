import { beforeAll, expect, test } from 'vitest';
import {
  cleanDescriptors,
  coverTrack,
  makeTracks,
  rankOne,
  type Protection,
  type Track,
} from './support/attack.ts';
import { cropFace, readPeople } from './support/people.ts';
import { CROP_SIZE, loadRecogniser, type Recogniser } from './support/recogniser.ts';

/** Width of a face, pixels: enough for the network, and fast. */
const FACE_WIDTH = 64;

let recogniser: Recogniser;
let tracks: Track[];
let truth: number[];
let known: { gallery: Float32Array[]; probes: Float32Array[] };

beforeAll(async () => {
  recogniser = await loadRecogniser();
  const people = await readPeople(recogniser, FACE_WIDTH);
  truth = people.map((_, person) => person);
  tracks = makeTracks(people);
  known = await cleanDescriptors(recogniser, people);
});

test('uncovered faces are recognised, so the attack is a real one', async () => {
  expect(tracks.length).toBeGreaterThanOrEqual(20);
  expect(rankOne(known.gallery, known.probes, truth)).toBeGreaterThanOrEqual(0.95);
  const frames = await recogniser.describe(tracks.map((track) => cropFace(track[7]!.frame, track[7]!.box)));
  expect(rankOne(known.gallery, frames, truth)).toBeGreaterThanOrEqual(0.95);
});

/**
 * The weakest protection: the largest number of cells. Also the default, and solid. Fewer cells reveal less, and inside
 * the face a rectangle draws the same as an ellipse: `scripts/strength.ts` measures all of them.
 */
const protections: Protection[] = [
  { style: 'blur', shape: 'ellipse', cells: 8 },
  { style: 'mosaic', shape: 'ellipse', cells: 8 },
  { style: 'blur', shape: 'ellipse', cells: 6 },
  { style: 'solid', shape: 'rectangle', cells: 8 },
];

/** The share that guessing finds, plus one standard error for as many trials as there are people. */
function byChance(): number {
  const chance = 1 / truth.length;
  return chance + Math.sqrt((chance * (1 - chance)) / truth.length);
}

test('a weak cover, the plain mosaic of twenty-five squares across, is recognised: the test would tell', async () => {
  const weak = await recogniser.describe(
    tracks.map((track) => pixelated(cropFace(track[0]!.frame, track[0]!.box), 25)),
  );
  expect(rankOne(known.gallery, weak, truth)).toBeGreaterThan(3 * byChance());
});

/** A crop whose squares have their average colours, without noise. */
function pixelated(crop: Uint8Array, across: number): Uint8Array {
  const square = CROP_SIZE / across;
  const cellOf = (i: number): number => {
    const [x, y] = [Math.floor(i / 3) % CROP_SIZE, Math.floor(i / 3 / CROP_SIZE)];
    return 3 * (Math.floor(y / square) * across + Math.floor(x / square)) + (i % 3);
  };
  const [sums, counts] = [new Float64Array(3 * across ** 2), new Float64Array(3 * across ** 2)];
  crop.forEach((value, i) => {
    sums[cellOf(i)]! += value;
    counts[cellOf(i)]! += 1;
  });
  return crop.map((_, i) => Math.round(sums[cellOf(i)]! / counts[cellOf(i)]!));
}

/** Two runs with two draws of the noise, because a single draw may be lucky either way. */
const RUNS = ['first run', 'second run'];

test.each(protections)(
  '$style, $shape, $cells cells: people are found no better than by chance, in one frame and in the average of thirty',
  async (protection) => {
    const found = { single: 0, averaged: 0 };
    for (const run of RUNS) {
      const loot = await Promise.all(
        tracks.map((track, person) => coverTrack(track, person + 1, protection, run)),
      );
      for (const kind of ['single', 'averaged'] as const) {
        const descriptors = await recogniser.describe(loot.map((each) => each[kind]));
        found[kind] += rankOne(known.gallery, descriptors, truth) / RUNS.length;
      }
    }
    expect(found.single).toBeLessThanOrEqual(byChance());
    expect(found.averaged).toBeLessThanOrEqual(byChance());
  },
);
