/**
 * How well detectors find the faces of photos, and how long they take, side by side:
 * `npx tsx scripts/eval-detector.ts [FOLDER] [--part validation|training|all] [--detector NAME|FILE.onnx …]
 * [--sizes 1024 --sizes 512,1024 …] [--engine onnxruntime] [--groups] [--json FILE]`.
 *
 * The folder holds `faces.json` and `images/`; without one, the evaluation set beside the checkout is taken. Prints
 * Markdown. For the time on one core, run it with `taskset -c 0`.
 */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { createDetector } from '../src/detect/create-detector.ts';
import type { Detector } from '../src/detect/detector.ts';
import type { Detection } from '../src/frame/detection.ts';
import type { Picture } from '../src/frame/frame.ts';
import { silentLogger } from '../src/logger.ts';
import { openImageSource } from '../src/source/photo/image-source.ts';
import { scaleDetections } from '../src/frame/detection.ts';
import { evaluationFile } from './bench/clips.ts';
import {
  foundFaces,
  measurePrecision,
  type Judged,
  type Precision,
  type SizeRange,
} from './detector/average-precision.ts';
import { faceLight } from './detector/face-light.ts';
import { readLabelledPhotos, type LabelledPhoto, type Part } from './detector/labelled-photos.ts';

/** Score from which detections count: AP needs the weak ones too. */
const LOWEST = 0.02;

const RANGES: Readonly<Record<string, SizeRange>> = {
  '≥ 32 px': { low: 32, high: Infinity },
  '16–32 px': { low: 16, high: 32 },
  '8–16 px': { low: 8, high: 16 },
  '≥ 8 px': { low: 8, high: Infinity },
};

/** The looks of `--effort` fast to thorough at such photos, and single looks beside them. */
const SIZES = ['640', '1024', '512,1024', '1280', '512,1280'];

/** Groups of faces are compared by how many are found from this score; those with fewer faces say little. */
const GROUPED = { score: 0.2, height: 16, least: 20 };

const LIGHTS = [
  { below: 50, name: '0–50' },
  { below: 100, name: '50–100' },
  { below: 150, name: '100–150' },
  { below: 256, name: '150–255' },
];

/** Size that cost is compared at, of so many photos, and the threshold: with one as low as LOWEST, NMS would be most of it. */
const TIMED = { width: 640, height: 360, photos: 30, threshold: 0.2 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    part: { type: 'string', default: 'validation' },
    detector: { type: 'string', multiple: true },
    engine: { type: 'string', default: 'onnxruntime' },
    sizes: { type: 'string', multiple: true, default: SIZES },
    groups: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const folder = positionals[0] ?? evaluationFile('wider');
if (folder === null) {
  console.log('Skipped: the evaluation set is not there.');
  process.exit(0);
}
const yunet = evaluationFile('models', 'face_detection_yunet_2023mar.onnx');
const names = values.detector ?? ['crowd', ...(yunet === null ? [] : [yunet]), 'ssd', 'webcam'];
const looks = values.sizes.map((sizes) => sizes.split(',').map(Number));
const photos = await readLabelledPhotos(folder, values.part as Part);
const results: Record<string, Record<string, Record<string, Precision>>> = {};

const faces = photos.reduce((sum, photo) => sum + photo.faces.length, 0);
console.log(`${photos.length} photos (${values.part}), ${faces} faces of all sizes.`);
const times = await timeSideBySide(names);
for (const name of names) {
  const detector = await open(name);
  const time = times.get(name);
  const cost = time === undefined ? '' : `, ${time.toFixed(1)} ms at ${TIMED.width}×${TIMED.height}`;
  console.log(`\n### ${basename(name)}: ${detector.description}${cost}\n`);
  console.log(
    `| looks, px | ${Object.keys(RANGES)
      .map((range) => `AP ${range}`)
      .join(' | ')} | recall ¹ | recall at 0.2 | false at 0.2 ² |`,
  );
  console.log(`|---|${'---|'.repeat(Object.keys(RANGES).length + 3)}`);
  for (const sizes of looks) {
    const judged = await judge(detector, sizes);
    const measured = measureAll(judged.map(({ photo, found }) => ({ found, faces: photo.faces })));
    results[basename(name)] = { ...results[basename(name)], [sizes.join('+')]: measured };
    console.log(row(sizes.join(' + '), measured));
    if (values.groups) printGroups(judged);
  }
  await detector.close();
}
console.log('\n¹ of faces from 8 pixels, with one false positive for ten faces. ² a photo.');
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);

interface JudgedPhoto {
  readonly photo: LabelledPhoto;
  readonly found: readonly Detection[];
  /** Of each true face. */
  readonly light: readonly number[];
}

async function judge(detector: Detector, sizes: readonly number[]): Promise<JudgedPhoto[]> {
  const judged: JudgedPhoto[] = [];
  for (const photo of photos) {
    await using source = await openImageSource({ path: photo.path, look: { sizes } });
    for await (const { frame, pictures } of source.frames()) {
      const found = await detector.detect(pictures!);
      judged.push({
        photo,
        found: scaleDetections(found, pictures![0]!, frame),
        light: photo.faces.map((face) => faceLight(frame, face)),
      });
    }
  }
  return judged;
}

function measureAll(judged: readonly Judged[]): Record<string, Precision> {
  return Object.fromEntries(
    Object.entries(RANGES).map(([name, range]) => [name, measurePrecision(judged, range)]),
  );
}

function row(name: string, measured: Readonly<Record<string, Precision>>): string {
  const all = measured['≥ 8 px']!;
  const sure = all.at.find(({ score }) => score === 0.2)!;
  const cells = [
    name,
    ...Object.values(measured).map(({ averagePrecision }) => points(averagePrecision)),
    points(all.recall),
    points(sure.recall),
    sure.falsePositives.toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Which faces are found at all, by what goes on and by how dark they are. */
function printGroups(judged: readonly JudgedPhoto[]): void {
  const faces = judged.flatMap(({ photo, found, light }) => {
    const seen = foundFaces({ found, faces: photo.faces }, GROUPED.score);
    return photo.faces
      .map((box, index) => ({ box, event: photo.event, light: light[index]!, isFound: seen.has(box) }))
      .filter(({ box }) => box.height >= GROUPED.height);
  });
  const print = (title: string, groupOf: (face: (typeof faces)[number]) => string): void => {
    console.log(`\n| ${title} | faces ≥ ${GROUPED.height} px | found at ${GROUPED.score} |\n|---|---|---|`);
    for (const group of [...new Set(faces.map(groupOf))].sort(inOrder)) {
      const some = faces.filter((face) => groupOf(face) === group);
      if (some.length < GROUPED.least) continue;
      const share = some.filter(({ isFound }) => isFound).length / some.length;
      console.log(`| ${group} | ${some.length} | ${points(share)} % |`);
    }
  };
  print('light on the face, 0–255', ({ light }) => LIGHTS.find(({ below }) => light < below)!.name);
  print('event', ({ event }) => event);
}

/** Milliseconds of a look, the median of many, taken in turn so that all meet the same machine; of none without pictures. */
async function timeSideBySide(all: readonly string[]): Promise<Map<string, number>> {
  const pictures = await timedPictures();
  if (pictures.length === 0) return new Map();
  const detectors = new Map<string, Detector>();
  for (const name of all) detectors.set(name, await open(name, TIMED.threshold));
  // The first look of a network is dearer.
  for (const detector of detectors.values()) await detector.detect(pictures.slice(0, 1));
  const spent = new Map(all.map((name) => [name, [] as number[]]));
  for (const picture of pictures) {
    for (const [name, detector] of detectors) {
      const start = performance.now();
      await detector.detect([picture]);
      spent.get(name)!.push(performance.now() - start);
    }
  }
  for (const detector of detectors.values()) await detector.close();
  return new Map([...spent].map(([name, list]) => [name, list.sort((a, b) => a - b)[list.length >> 1]!]));
}

/** The upper part of the first photos that are wide and high enough. */
async function timedPictures(): Promise<Picture[]> {
  const { width, height } = TIMED;
  const pictures: Picture[] = [];
  for (const { path } of photos) {
    if (pictures.length === TIMED.photos) break;
    await using source = await openImageSource({ path, look: { sizes: [width] } });
    for await (const { pictures: looked } of source.frames()) {
      const [picture] = looked!;
      if (picture!.width < width || picture!.height < height) continue;
      pictures.push({ width, height, data: picture!.data.subarray(0, 3 * width * height) });
    }
  }
  return pictures;
}

function open(name: string, threshold = LOWEST): Promise<Detector> {
  const engine = values.engine as 'auto' | 'onnxruntime' | 'tensorflow';
  return createDetector({ detector: name, engine, threshold, logger: silentLogger });
}

/** By name, and by number where names begin with one. */
function inOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function points(share: number): string {
  return (100 * share).toFixed(1);
}
