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
import { loadRecogniser, type Recogniser } from './support/recogniser.ts';

/** Pixels across a face: enough for the network, and quick. */
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

const protections: Protection[] = (['ellipse', 'rectangle'] as const).flatMap((shape) => [
  ...(['blur', 'mosaic'] as const).flatMap((style) => [2, 6, 8].map((cells) => ({ style, shape, cells }))),
  { style: 'solid', shape, cells: 8 } as const,
]);

/** Two runs, so two draws of the noise: one draw can be lucky either way. */
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
    const chance = 1 / truth.length;
    // Of as many trials as there are people: a person's runs are no new people.
    const standardError = Math.sqrt((chance * (1 - chance)) / truth.length);
    expect(found.single).toBeLessThanOrEqual(chance + standardError);
    expect(found.averaged).toBeLessThanOrEqual(chance + standardError);
  },
);
