import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { suppress } from '../../src/detect/nms.ts';
import { scaleBox } from '../../src/frame/box.ts';
import type { Look } from '../../src/frame/face.ts';
import { readTruth, type Truth } from '../../src/eval/truth.ts';
import { resolveConfig } from '../../src/config/load.ts';
import { createConfiguredDetector } from '../../src/pipeline/anonymize-file.ts';
import { openSource } from '../../src/pipeline/open-source.ts';
import { SceneCutDetector } from '../../src/track/scene-cut.ts';

/** What a detector sees in every frame of a clip: found once, so that everything after it can be tried out fast. */
export interface ClipLooks {
  readonly clip: string;
  readonly truth: Truth;
  readonly frameRate: number;
  readonly looks: readonly Look[];
  /** First frames of new scenes. */
  readonly cuts: readonly number[];
}

export interface LookOptions {
  /** `crowd`, or the path of an .onnx file. */
  readonly detector: string;
  /** Long sides of the pictures. */
  readonly sizes: readonly number[];
}

/** Score from which faces are kept: lower than any threshold that is tried. */
const LOWEST = 0.1;
/** Overlap from which two boxes are one face. */
const SAME_FACE_IOU = 0.4;
const CACHE = '.cache/looks';

/** Every clip of a folder that has a truth, looked at frame by frame; kept in `.cache/looks`. */
export async function clipLooks(folder: string, options: LookOptions): Promise<ClipLooks[]> {
  const names = await readdir(folder);
  await mkdir(CACHE, { recursive: true });
  const clips: ClipLooks[] = [];
  for (const truthName of names.filter((name) => name.endsWith('.truth.json')).sort()) {
    const clip = truthName.replace('.truth.json', '');
    const video = names.find((name) => name.startsWith(`${clip}.`) && !name.endsWith('.json'))!;
    const truth = await readTruth(join(folder, truthName));
    const { detector, sizes } = options;
    const looked: Looked[] = [];
    for (const size of sizes) looked.push(await cached(join(folder, video), detector, size));
    clips.push({ clip, truth, ...joined(looked) });
  }
  return clips;
}

type Looked = Pick<ClipLooks, 'frameRate' | 'looks' | 'cuts'>;

/** As `lookAtSizes` joins them. */
function joined(looked: readonly Looked[]): Looked {
  const [first] = looked as [Looked];
  const looks = first.looks.map(({ frame }, index) => ({
    frame,
    faces: suppress(
      looked.flatMap((each) => each.looks[index]!.faces),
      SAME_FACE_IOU,
    ),
  }));
  return { ...first, looks };
}

async function cached(video: string, detector: string, size: number): Promise<Looked> {
  const key = createHash('sha256')
    .update(JSON.stringify([basename(video), basename(detector), size]))
    .digest('hex');
  const path = join(CACHE, `${key.slice(0, 16)}.json`);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Looked;
  } catch {
    const looked = await lookThrough(video, detector, size);
    await writeFile(path, JSON.stringify(looked));
    return looked;
  }
}

async function lookThrough(input: string, name: string, size: number): Promise<Looked> {
  const config = resolveConfig({ detector: name, threshold: LOWEST });
  const detector = await createConfiguredDetector(config);
  await using source = await openSource({ input, look: { interval: 1, sizes: [size] } });
  const cutDetector = new SceneCutDetector();
  const looks: Look[] = [];
  const cuts: number[] = [];
  for await (const { frame, pictures } of source.frames()) {
    if (cutDetector.next(frame)) cuts.push(frame.index);
    const faces = await detector.detect(pictures!);
    const scale = frame.width / pictures![0]!.width;
    looks.push({
      frame: frame.index,
      faces: faces.map(({ box, score }) => ({ score, box: scaleBox(box, scale, scale) })),
    });
  }
  await detector.close();
  const { num, den } = source.info.frameRate;
  return { frameRate: num / den, looks, cuts };
}
