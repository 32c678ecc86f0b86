import { iou, type Box } from '../../src/frame/box.ts';
import type { Detection } from '../../src/frame/detection.ts';

/** Detections and labels of one photo. */
export interface Judged {
  readonly found: readonly Detection[];
  readonly faces: readonly Box[];
}

/** Faces that count by height in pixels, from `low` up to but without `high`. Others are neither hits nor misses. */
export interface SizeRange {
  readonly low: number;
  readonly high: number;
}

export interface Precision {
  /** True faces that count. */
  readonly faces: number;
  /** Area under the curve of precision over recall, 0…1. */
  readonly averagePrecision: number;
  /** Share of the faces found where `FALSE_POSITIVES` are allowed, 0…1. */
  readonly recall: number;
  /** Share of the faces found, and false positives a photo, from a score upwards. */
  readonly at: readonly {
    readonly score: number;
    readonly recall: number;
    readonly falsePositives: number;
  }[];
}

/** Overlap from which what was found is that face. */
const SAME_FACE_IOU = 0.5;

/** False positives for each true face at which recall is given. */
export const FALSE_POSITIVES = 0.1;

const SCORES = [0.1, 0.2, 0.3, 0.5];

/**
 * As WIDER FACE is evaluated (Yang et al. 2016): greedily by falling score. A second hit of a face is false; what falls
 * on a face of another size is ignored, as are photos' faces of other sizes.
 */
export function measurePrecision(photos: readonly Judged[], range: SizeRange): Precision {
  const verdicts = photos.flatMap((photo) => judge(photo, range)).sort((a, b) => b.score - a.score);
  const faces = photos.reduce(
    (sum, { faces: all }) => sum + all.filter((box) => counts(box, range)).length,
    0,
  );
  return {
    faces,
    averagePrecision: areaUnderCurve(verdicts, faces),
    recall: recallWith(verdicts, faces, FALSE_POSITIVES * faces),
    at: SCORES.map((score) => {
      const sure = verdicts.filter((verdict) => verdict.score >= score);
      const hits = sure.filter(({ hit }) => hit).length;
      return {
        score,
        recall: share(hits, faces),
        falsePositives: share(sure.length - hits, photos.length),
      };
    }),
  };
}

interface Verdict {
  readonly score: number;
  readonly hit: boolean;
}

function judge({ found, faces }: Judged, range: SizeRange): Verdict[] {
  const taken = new Set<Box>();
  const verdicts: Verdict[] = [];
  for (const { box, score } of found.toSorted((a, b) => b.score - a.score)) {
    const face = nearest(box, faces);
    if (face === null) {
      verdicts.push({ score, hit: false });
    } else if (counts(face, range)) {
      verdicts.push({ score, hit: !taken.has(face) });
      taken.add(face);
    }
  }
  return verdicts;
}

/** Faces of a photo that something was found at from a score upwards. */
export function foundFaces({ found, faces }: Judged, score: number): ReadonlySet<Box> {
  const sure = found.filter((face) => face.score >= score).toSorted((a, b) => b.score - a.score);
  return new Set(sure.map(({ box }) => nearest(box, faces)).filter((face) => face !== null));
}

/** The face that the box overlaps most, or null where it overlaps none enough. */
function nearest(box: Box, faces: readonly Box[]): Box | null {
  let best: Box | null = null;
  let most = SAME_FACE_IOU;
  for (const face of faces) {
    const overlap = iou(box, face);
    if (overlap >= most) [best, most] = [face, overlap];
  }
  return best;
}

function counts({ height }: Box, { low, high }: SizeRange): boolean {
  return height >= low && height < high;
}

/** With the best precision at each recall or a higher one. */
function areaUnderCurve(verdicts: readonly Verdict[], faces: number): number {
  let hits = 0;
  const precisions = verdicts.map(({ hit }, index) => {
    if (hit) hits += 1;
    return hits / (index + 1);
  });
  let best = 0;
  let area = 0;
  for (let index = verdicts.length - 1; index >= 0; index -= 1) {
    best = Math.max(best, precisions[index]!);
    if (verdicts[index]!.hit) area += best;
  }
  return share(area, faces);
}

function recallWith(verdicts: readonly Verdict[], faces: number, allowed: number): number {
  let hits = 0;
  let wrong = 0;
  for (const { hit } of verdicts) {
    if (hit) hits += 1;
    else wrong += 1;
    if (wrong > allowed) break;
  }
  return share(hits, faces);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
