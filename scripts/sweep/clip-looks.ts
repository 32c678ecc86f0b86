import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { resolveConfig } from '../../src/config/load.ts';
import { lookAtSizes } from '../../src/detect/multi-scale.ts';
import { VEIL_CLOSE_UP_FILE, VEIL_FACE_FILE } from '../../src/detect/networks/veil-face.ts';
import { readTruth, type Truth } from '../../src/eval/truth.ts';
import { scaleDetections, type Detection } from '../../src/frame/detection.ts';
import type { Picture } from '../../src/frame/frame.ts';
import { createConfiguredDetector } from '../../src/detect/configured-detector.ts';
import { openSource } from '../../src/pipeline/file/open-source.ts';
import type { Shift } from '../../src/frame/scene-change.ts';
import { SceneWatch } from '../../src/observe/scene-watch.ts';

/** Detections in every frame of a clip at one size, recorded once, so that later stages can be tried out fast. */
export interface ClipLooks {
  readonly clip: string;
  readonly video: string;
  readonly truth: Truth;
  readonly frameRate: number;
  /** First frames of new scenes. */
  readonly cuts: readonly number[];
  /** How the picture moved from the frame before, for every frame. */
  readonly shifts: readonly Shift[];
  /** By long side of the picture: the faces of every frame, boxes in pixels of that picture. */
  readonly sizes: ReadonlyMap<number, readonly SizeLook[]>;
}

/** A look at one picture. */
export interface SizeLook {
  readonly width: number;
  readonly height: number;
  readonly faces: readonly Detection[];
}

/** Lowest score of the kept faces: below every threshold of the sweep. */
const LOWEST = 0.05;
const CACHE = '.cache/looks';
/** Version of the cached looks. */
const VERSION = 4;

/**
 * Every clip of a folder that has a truth, looked at frame by frame; kept in `.cache/looks`.
 *
 * @param detector `crowd`, or the path of an .onnx file
 * @param sizes long sides of the pictures
 * @param wanted names of clips; all unless given
 */
export async function clipLooks(
  folder: string,
  detector: string,
  sizes: readonly number[],
  wanted: readonly string[] = [],
): Promise<ClipLooks[]> {
  const names = await readdir(folder);
  await mkdir(CACHE, { recursive: true });
  const clips: ClipLooks[] = [];
  for (const truthName of names.filter((name) => name.endsWith('.truth.json')).sort()) {
    const clip = truthName.replace('.truth.json', '');
    if (wanted.length > 0 && !wanted.includes(clip)) continue;
    const video = join(
      folder,
      names.find((name) => name.startsWith(`${clip}.`) && !name.endsWith('.json'))!,
    );
    const looked: [number, Looked][] = [];
    for (const size of sizes) looked.push([size, await cached(video, detector, size)]);
    const [, { frameRate, cuts, shifts }] = looked[0]!;
    clips.push({
      ...{ clip, video, frameRate, cuts, shifts },
      truth: await readTruth(join(folder, truthName)),
      sizes: new Map(looked.map(([size, { looks }]) => [size, looks])),
    });
  }
  return clips;
}

/**
 * Detections of a frame by a detector that looks at some of the sizes, in pixels of the video: the sizes are joined as
 * in a real run, but for boxes that are too large or too small and had a say before they were left out.
 *
 * @param options.largest see `lookAtSizes`
 * @param options.smallest see `lookAtSizes`
 */
export async function facesAt(
  { sizes, truth }: ClipLooks,
  frame: number,
  options: {
    readonly sizes: readonly number[];
    readonly threshold: number;
    readonly largest: number;
    readonly largestShare?: number;
    readonly smallest: number;
  },
): Promise<Detection[]> {
  const looks = options.sizes
    .toSorted((a, b) => b - a)
    .map((size) => {
      const { width, height, faces } = sizes.get(size)![frame]!;
      return { picture: { width, height, data: new Uint8Array(3 * width * height) }, faces };
    });
  const facesOf = new Map<Picture, readonly Detection[]>(looks.map(({ picture, faces }) => [picture, faces]));
  const faces = await lookAtSizes(
    looks.map(({ picture }) => picture),
    (picture) => Promise.resolve(facesOf.get(picture)!.filter(({ score }) => score >= options.threshold)),
    {
      largest: options.largest,
      largestShare: options.largestShare ?? 1,
      smallest: options.smallest,
    },
  );
  return scaleDetections(faces, looks[0]!.picture, truth);
}

interface Looked {
  readonly frameRate: number;
  readonly cuts: readonly number[];
  readonly shifts: readonly Shift[];
  readonly looks: readonly SizeLook[];
}

async function cached(video: string, detector: string, size: number): Promise<Looked> {
  const key = JSON.stringify([
    basename(video),
    basename(detector),
    await weightsOf(detector),
    size,
    LOWEST,
    VERSION,
  ]);
  const path = join(CACHE, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.json`);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Looked;
  } catch {
    const looked = await lookThrough(video, detector, size);
    await writeFile(path, JSON.stringify(looked));
    return looked;
  }
}

/** Detections of `crowd` depend on its weights. */
async function weightsOf(detector: string): Promise<string | null> {
  if (detector !== 'crowd') return null;
  return createHash('sha256')
    .update(await readFile(VEIL_FACE_FILE))
    .update(await readFile(VEIL_CLOSE_UP_FILE))
    .digest('hex');
}

async function lookThrough(input: string, name: string, size: number): Promise<Looked> {
  const detector = await createConfiguredDetector(resolveConfig({ detector: name, threshold: LOWEST }));
  await using source = await openSource({ input, look: { interval: 1, sizes: [size] } });
  const scenes = new SceneWatch();
  const looks: SizeLook[] = [];
  const cuts: number[] = [];
  const shifts: Shift[] = [];
  for await (const { frame, pictures } of source.frames()) {
    const { isCut, shift } = scenes.next(frame);
    if (isCut) cuts.push(frame.index);
    shifts.push(shift);
    const { width, height } = pictures![0]!;
    const faces = await detector.detect(pictures!);
    looks.push({
      width,
      height,
      faces: faces.map(({ box, score }) => ({ box: rounded(box), score: round(score) })),
    });
  }
  await detector.close();
  const { num, den } = source.info.frameRate;
  return { frameRate: num / den, cuts, shifts, looks };
}

function rounded({ x, y, width, height }: Detection['box']): Detection['box'] {
  return { x: round(x), y: round(y), width: round(width), height: round(height) };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
