import { describe, expect, test } from 'vitest';
import { withSecondOpinion } from '../../src/detect/second-opinion.ts';
import type { Detection } from '../../src/frame/detection.ts';
import type { Picture } from '../../src/frame/frame.ts';

const picture = { width: 640, height: 360, data: new Uint8Array(3 * 640 * 360).fill(100) };

/** Gives every close-up the same logit, and counts them. */
function closer(logit: number) {
  const asked: Picture[] = [];
  return {
    asked,
    run: (closeUp: Picture) => {
      asked.push(closeUp);
      const maps = [8, 16, 32].map((stride) => {
        const cells = closeUp.width / stride;
        const data = new Float32Array(5 * cells * cells).fill(logit);
        return [`faces ${stride}`, { width: cells, height: cells, channels: 5, data }] as const;
      });
      return Promise.resolve(new Map(maps));
    },
  };
}

function face(score: number, side = 40, x = 100): Detection {
  return { box: { x, y: 100, width: side, height: side }, score };
}

describe('a second opinion', () => {
  test('leaves what looks like a face closely too as it is, and lowers what does not', async () => {
    expect(await withSecondOpinion([picture], [face(0.3)], closer(3))).toEqual([face(0.3)]);
    const [doubted] = await withSecondOpinion([picture], [face(0.3)], closer(-4));
    expect(doubted!.score).toBeLessThan(0.2);
    expect(doubted!.box).toEqual(face(0.3).box);
  });

  test('leaves out what is refused with certainty', async () => {
    expect(await withSecondOpinion([picture], [face(0.3)], closer(-12))).toEqual([]);
  });

  test('is not asked about faces that the first look is sure of, nor about tiny ones', async () => {
    const model = closer(-20);
    const faces = [face(0.9), face(0.4, 8)];
    expect(await withSecondOpinion([picture], faces, model)).toEqual(faces);
    expect(model.asked).toHaveLength(0);
  });

  test('is not asked about what is dark', async () => {
    const dark = { ...picture, data: new Uint8Array(picture.data.length).fill(30) };
    const model = closer(-20);
    expect(await withSecondOpinion([dark], [face(0.3)], model)).toEqual([face(0.3)]);
    expect(model.asked).toHaveLength(0);
  });

  test('never makes a strong face disappear, whatever it says', async () => {
    const faces = [0.99, 0.8, 0.5].map((score, index) => face(score, 40, 60 * index));
    for (const { score } of await withSecondOpinion([picture], faces, closer(-100)))
      expect(score).toBeGreaterThanOrEqual(0.5);
  });

  test('is asked about so many candidates of a crowd and no more, those first that would cover most', async () => {
    const model = closer(-5);
    const crowd = Array.from({ length: 200 }, (_, index) => face(0.3, 17 + index / 10, 3 * index));
    const after = await withSecondOpinion([picture], crowd, model);
    expect(model.asked.length).toBeLessThan(20);
    expect(after).toHaveLength(200);
    expect(after[0]!.score).toBe(0.3);
    expect(after[199]!.score).toBeLessThan(0.3);
  });

  test('that holds no number is refused', async () => {
    await expect(withSecondOpinion([picture], [face(0.3)], closer(NaN))).rejects.toMatchObject({
      code: 'DETECTOR_FAILED',
    });
  });
});
