import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import {
  cleanDescriptors,
  coverTrack,
  makeTracks,
  rankOne,
  type Protection,
  type Track,
} from '../test/anonymize/support/attack.ts';
import { readPeople } from '../test/anonymize/support/people.ts';
import { loadRecogniser, type Recogniser } from '../test/anonymize/support/recogniser.ts';

/** Measures how well covered people are recognised, for everything that a user can set: docs/research/strength.md. */
const PAGE = new URL('../docs/research/strength.md', import.meta.url);
const FACE_WIDTH = 64;
const RUNS = 4;

interface Result {
  readonly protection: Protection;
  readonly single: number;
  readonly averaged: number;
  readonly coveredGallery: number;
}

const recogniser = await loadRecogniser();
const people = await readPeople(recogniser, FACE_WIDTH);
const truth = people.map((_, person) => person);
const tracks = makeTracks(people);
const { gallery, probes } = await cleanDescriptors(recogniser, people);

const results: Result[] = [];
for (const protection of protections()) {
  const result = await attack(recogniser, tracks, protection);
  results.push(result);
  const { single, averaged, coveredGallery } = result;
  console.log(name(protection), percent(single), percent(averaged), percent(coveredGallery));
}
const config = await resolveConfig(PAGE);
await writeFile(PAGE, await format(page(), { ...config, parser: 'markdown' }));

function protections(): Protection[] {
  return (['ellipse', 'rectangle'] as const).flatMap((shape) => [
    ...(['blur', 'mosaic'] as const).flatMap((style) =>
      [2, 3, 4, 5, 6, 7, 8].map((cells) => ({ style, shape, cells })),
    ),
    { style: 'solid', shape, cells: 8 } as const,
  ]);
}

/** Every run has its own noise; the last frame of the run before serves as the known covered picture. */
async function attack(network: Recogniser, faces: readonly Track[], protection: Protection): Promise<Result> {
  const found = { single: 0, averaged: 0, coveredGallery: 0 };
  const turned = faces.map((track) => track.toReversed().map((each, i) => restamp(each, track[i]!)));
  for (let run = 0; run < RUNS; run++) {
    const cover = (
      all: readonly Track[],
      seed: string,
    ): Promise<{ single: Uint8Array; averaged: Uint8Array }[]> =>
      Promise.all(all.map((track, person) => coverTrack(track, person + 1, protection, seed)));
    const loot = await cover(faces, `run ${run}`);
    const single = await network.describe(loot.map((each) => each.single));
    const averaged = await network.describe(loot.map((each) => each.averaged));
    const others = await cover(
      turned.map((track) => track.slice(0, 1)),
      `other run ${run}`,
    );
    const coveredGallery = await network.describe(others.map((each) => each.single));
    found.single += rankOne(gallery, single, truth) / RUNS;
    found.averaged += rankOne(gallery, averaged, truth) / RUNS;
    found.coveredGallery += rankOne(coveredGallery, single, truth) / RUNS;
  }
  return { protection, ...found };
}

/** The picture of one frame at the time of another. */
function restamp(picture: Track[number], time: Track[number]): Track[number] {
  const { index, pts, time: seconds } = time.frame;
  return { ...picture, frame: { ...picture.frame, index, pts, time: seconds } };
}

function name({ style, shape, cells }: Protection): string {
  return `${style}, ${shape}${style === 'solid' ? '' : `, ${cells} cells`}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function page(): string {
  const chance = 1 / people.length;
  const standardError = Math.sqrt((chance * (1 - chance)) / people.length);
  const limit = chance + standardError;
  const rows = results.map(
    ({ protection, single, averaged, coveredGallery }) =>
      `| ${name(protection)} | ${percent(single)} | ${percent(averaged)} | ${percent(coveredGallery)} |`,
  );
  const isHeld = results.every(({ single, averaged }) => single <= limit && averaged <= limit);
  return `# How strong the cover is

Written by \`npx tsx scripts/strength.ts\`; \`test/anonymize/strength.test.ts\` checks a part of it on every run.

An attacker takes a covered face, asks a face recognition network for the nearest of ${people.length} known people, and
counts how often that is the right one (rank 1). The network is \`faceRecognitionNet\` of \`@vladmandic/face-api\`, the
people are those of the six group photos that come with it, ${FACE_WIDTH} pixels across a face. The attacker is told
where the face is and crops it exactly. Padding is 0, the least that can be set.

- **Uncovered** faces, a little brighter or darker, shifted, larger or smaller, noisy: ${percent(rankOne(gallery, probes, truth))} are found.
- **Guessing** finds ${percent(chance)}, with a standard error of ${percent(standardError)} for ${people.length} people. Covered faces must
  stay below ${percent(limit)}: this ${isHeld ? 'holds for every row' : '**does not hold**'}.
- **One frame**: the attacker has one covered frame and clear pictures of everybody.
- **Thirty frames**: the attacker averages the covered frames of a second in which the face moves a little.
- **Covered gallery**: a harder attacker, who has pictures of everybody from the same scene, covered the same way in
  another run, and compares covered with covered.

Each number is the mean of ${RUNS} runs, each with its own noise.

| Cover | One frame | Thirty frames | Covered gallery |
| --- | --- | --- | --- |
${rows.join('\n')}

Within the face, ellipse and rectangle draw the same, so their numbers agree.

## What the last column says

Cells keep what a few averages keep: how bright and which colour hair, skin, clothes and background are. Whoever knows
the scene can match that, and more cells keep more of it. It recognises a scene, not a face: the pictures compared were
taken in the same second. Where even that is too much, use \`solid\`, which keeps nothing, or fewer cells.

## What is not measured

Other networks, people who are known to be among very few, and everything around the head: clothes, gait, voice,
place. Covering faces does not hide those.
`;
}
