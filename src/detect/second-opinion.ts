import type { Detection } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';
import type { Model } from '../inference/engine.ts';
import { CLOSE_UP_SIDE, closeUp, CONTEXT } from './close-up.ts';
import { decodeMiddle } from './decoders/close-up.ts';

/** From this score on a face needs no second opinion. */
const SURE = 0.45;

/** Smaller faces get none, because they cover too little: longer side, pixels of the largest picture. */
const SMALLEST = 16;

/** Largest number of close-ups per look: those of the faces that cover most. */
const MOST = 12;

/** Darker faces get none, mean value 0…255: the close-up network has seen too few dark pictures. */
const DARK = 55;

/** Below this score a detection can't even continue a known face. */
const REFUSED = 0.02;

/** Weights of the log-odds, chosen on photos outside the training set (`training/veilface/weigh.py`) and in video. */
const ODDS = { bias: -0.5, look: 1.5, closeUp: 0.6 };

/**
 * Examines doubtful faces again in close-ups, where all have the same size. The new score combines both looks, if that
 * lowers it. Clear refusals are dropped; others keep their place with a low score, which can continue a face but not
 * start one. Crowds cost little more: their smallest faces keep their scores.
 *
 * @param pictures the same moment at several sizes, largest first
 * @param faces boxes in pixels of the first picture
 * @param model the network of `VEIL_CLOSE_UP_FILE`
 * @throws VeilError DETECTOR_FAILED
 */
export async function withSecondOpinion(
  pictures: readonly Picture[],
  faces: readonly Detection[],
  model: Pick<Model, 'run'>,
): Promise<Detection[]> {
  const doubted = faces
    .filter(({ box, score }) => score < SURE && Math.max(box.width, box.height) >= SMALLEST)
    .sort((a, b) => damageOf(b) - damageOf(a))
    .slice(0, MOST);
  const scores = new Map<Detection, number>();
  for (const face of doubted) {
    const picture = closeUp(pictures, face.box);
    if (brightnessOf(picture) < DARK) continue;
    const closer = decodeMiddle(await model.run(picture), CLOSE_UP_SIDE);
    scores.set(face, Math.min(face.score, together(face.score, closer)));
  }
  return faces
    .map((face) => ({ ...face, score: scores.get(face) ?? face.score }))
    .filter((face, index) => face.score >= Math.min(REFUSED, faces[index]!.score));
}

/** Mean of all channels at the centre of a close-up, where the box is. */
function brightnessOf({ width, height, data }: Picture): number {
  let sum = 0;
  let count = 0;
  for (let y = Math.floor(height / CONTEXT); y < height - height / CONTEXT; y += 1) {
    const row = data.subarray(
      3 * (y * width + Math.floor(width / CONTEXT)),
      3 * (y * width + Math.ceil(width - width / CONTEXT)),
    );
    for (const value of row) sum += value;
    count += row.length;
  }
  return sum / count;
}

/** Area that would be covered needlessly if the face is false, weighted by the score. */
function damageOf({ box, score }: Detection): number {
  return score * box.width * box.height;
}

function together(score: number, closer: number): number {
  const odds = ODDS.bias + ODDS.look * Math.log(score / (1 - score)) + ODDS.closeUp * closer;
  return 1 / (1 + Math.exp(-odds));
}
