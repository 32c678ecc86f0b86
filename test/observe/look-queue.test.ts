import { expect, test } from 'vitest';
import { LookQueue } from '../../src/observe/look-queue.ts';
import { SCRIPTED_TRAITS } from '../support/scripted-detector.ts';

const FRAME = { pts: 0, time: 0, width: 64, height: 36, format: 'yuv420p', data: new Uint8Array(0) } as const;
const FACE = { box: { x: 8, y: 8, width: 16, height: 16 }, score: 0.9 };

/** A detector that notes whether the pictures that it is given are still its own when it is done. */
function detectorOf(sees: (frame: number) => boolean, released: ReadonlySet<number>, seen: boolean[]) {
  return {
    name: 'noting',
    description: 'test',
    traits: SCRIPTED_TRAITS,
    detect: async ([picture]: readonly { readonly data: Uint8Array }[]) => {
      await Promise.resolve();
      seen.push(!released.has(picture!.data[0]!));
      return sees(picture!.data[0]!) ? [FACE] : [];
    },
    close: () => Promise.resolve(),
  };
}

test.each([
  ['looks agree, so that those between are passed over', () => true, 5],
  ['looks disagree, so that all are looked at', (frame: number) => frame % 4 < 2, 9],
])('each picture is given back once, after its look: %s', async (_, sees, looks) => {
  const released = new Set<number>();
  const twice: number[] = [];
  const seen: boolean[] = [];
  const queue = new LookQueue(detectorOf(sees, released, seen), { stride: 2, extraPerPass: 1 });
  const asked = Array.from({ length: 9 }, (__, index) => {
    const release = (): void => {
      if (released.has(index)) twice.push(index);
      released.add(index);
    };
    const data = new Uint8Array(64 * 36 * 3).fill(index);
    return queue.add({ frame: { ...FRAME, index }, pictures: [{ width: 64, height: 36, data, release }] });
  });
  await queue.end();
  await Promise.all(asked);
  expect(seen).toEqual(Array(looks).fill(true));
  expect([released.size, twice]).toEqual([9, []]);
});
