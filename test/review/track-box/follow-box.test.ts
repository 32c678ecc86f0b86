import { describe, expect, it } from 'vitest';
import { iou, type Box } from '../../../src/frame/box.ts';
import { followBox, type FollowOptions } from '../../../src/review/track-box/follow-box.ts';
import type { Grey } from '../../../src/review/track-box/template.ts';

const VIDEO = { width: 320, height: 180, frames: 60 };
const { signal } = new AbortController();

/** A head-like blot in front of a textured wall; it grows, moves, and is occluded from `hiddenFrom` on. */
function scene({ hiddenFrom = Infinity } = {}): {
  box: (frame: number) => Box;
  picture: (frame: number) => Promise<Grey>;
} {
  const box = (frame: number): Box => {
    const size = 30 + frame * 0.2;
    return { x: 40 + frame * 3, y: 60 + 20 * Math.sin(frame / 12), width: size, height: size * 1.25 };
  };
  const picture = (frame: number): Promise<Grey> => {
    const head = box(frame);
    const data = new Uint8Array(VIDEO.width * VIDEO.height);
    for (let y = 0; y < VIDEO.height; y += 1) {
      for (let x = 0; x < VIDEO.width; x += 1) {
        const [u, v] = [(x - head.x) / head.width, (y - head.y) / head.height];
        const isHead = frame < hiddenFrom && (u - 0.5) ** 2 + (v - 0.5) ** 2 < 0.25;
        const wall = 120 + 30 * Math.sin(x / 9) * Math.cos(y / 7);
        const face = 170 - 90 * Number(Math.abs(v - 0.4) < 0.08 && Math.abs(Math.abs(u - 0.5) - 0.2) < 0.1);
        data[y * VIDEO.width + x] = isHead ? face - 60 * v : wall;
      }
    }
    return Promise.resolve({ width: VIDEO.width, height: VIDEO.height, data });
  };
  return { box, picture };
}

function follow(options: Partial<FollowOptions> & Pick<FollowOptions, 'box' | 'frame' | 'picture'>) {
  return followBox({ direction: 1, video: VIDEO, isCut: () => false, signal, ...options });
}

describe('following a box', () => {
  it.each([
    [1, 10],
    [-1, 50],
  ] as const)('stays on a head that moves and grows, in direction %i', async (direction, frame) => {
    const { box, picture } = scene();
    const { boxes, end } = await follow({ box: box(frame), frame, direction, picture });
    expect(end).toBe('end');
    expect(boxes).toHaveLength(direction === 1 ? 49 : 50);
    for (const { frame: at, box: found } of boxes) expect(iou(found, box(at))).toBeGreaterThan(0.6);
  });

  it('ends where the head is hidden, at the last frame that shows it', async () => {
    const { box, picture } = scene({ hiddenFrom: 30 });
    const { end, frame } = await follow({ box: box(10), frame: 10, picture });
    expect({ end, frame }).toEqual({ end: 'lost', frame: 29 });
  });

  it('ends at a cut, in both directions, within the scene', async () => {
    const { box, picture } = scene();
    const isCut = (frame: number): boolean => frame === 5 || frame === 20;
    const forwards = await follow({ box: box(10), frame: 10, picture, isCut });
    const backwards = await follow({ box: box(10), frame: 10, direction: -1, picture, isCut });
    expect([forwards.end, forwards.frame]).toEqual(['cut', 19]);
    expect([backwards.end, backwards.frame]).toEqual(['cut', 5]);
  });

  it('does not follow what has no pattern', async () => {
    const flat: Grey = { ...VIDEO, data: new Uint8Array(VIDEO.width * VIDEO.height).fill(90) };
    const result = await follow({ box: scene().box(0), frame: 0, picture: () => Promise.resolve(flat) });
    expect(result).toEqual({ boxes: [], end: 'lost', frame: 0 });
  });

  it('stops when it is told to', async () => {
    const { box, picture } = scene();
    const stop = new AbortController();
    const stopping = (frame: number): Promise<Grey> => {
      if (frame === 20) stop.abort();
      return picture(frame);
    };
    const result = await follow({ box: box(10), frame: 10, picture: stopping, signal: stop.signal });
    expect([result.end, result.frame]).toEqual(['stopped', 20]);
  });
});
