import type { Detection } from '../frame/detection.ts';
import type { Picture } from '../frame/frame.ts';
import type { Model } from '../inference/engine.ts';
import { CLOSE_UP_SIDE, closeUp, CONTEXT } from './close-up.ts';
import { decodeMiddle } from './decoders/close-up.ts';

/** Score from which a face stands without a second opinion. */
const SURE = 0.45;

/** Longer side, pixels of the largest picture, below which a face covers too little to be worth it. */
const SMALLEST = 16;

/** Faces of one look that are looked at again at most: those that cover most. */
const MOST = 12;

/** Mean brightness of a face, 0…255, below which it stands without one: the close-up has seen too little of the dark. */
const DARK = 55;

/** Score below which not even a face that is known from other looks is followed. */
const REFUSED = 0.02;

/** What is worth how much, as log-odds; chosen on photos that nothing was trained on (`training/veilface/weigh.py`) and in video. */
const ODDS = { bias: -0.5, look: 1.5, closeUp: 0.6 };

/**
 * Looks at doubtful faces once more, closely, where all have one size: the score of each becomes what both looks say together
 * if that is less. What is refused with certainty is left out; what is only refused keeps its place with a low score, with
 * which it can continue a face but not be one. A crowd costs little more than others: its smallest faces keep their scores.
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

/** Mean of all channels in the middle of a close-up, where the box is. */
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

/** How much would be covered for nothing, if it is nothing. */
function damageOf({ box, score }: Detection): number {
  return score * box.width * box.height;
}

function together(score: number, closer: number): number {
  const odds = ODDS.bias + ODDS.look * Math.log(score / (1 - score)) + ODDS.closeUp * closer;
  return 1 / (1 + Math.exp(-odds));
}
