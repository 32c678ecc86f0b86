import type { FeatureMap } from '../../inference/graph.ts';
import { broken, takeMap } from './outputs.ts';
import { CHANNELS, STRIDES } from './veil-face.ts';

/** Cells within this distance of the centre count, pixels; on coarse levels, the nearest ones. */
const REACH = 8;

/**
 * Output of the network `veil-face` for the centre of a square picture: the log-odds of a face, summed over the central
 * cells. `training/veilface/closer.py` trains this.
 *
 * @param side of the picture, pixels
 * @throws VeilError DETECTOR_FAILED if an output is missing, has another shape or contains NaN
 */
export function decodeMiddle(outputs: ReadonlyMap<string, FeatureMap>, side: number): number {
  let sum = 0;
  for (const stride of STRIDES) {
    const { width: columns, data } = takeMap(outputs, `faces ${stride}`, CHANNELS);
    const reach = Math.max(REACH, stride / 2);
    for (let at = 0; at < data.length; at += CHANNELS) {
      const cell = at / CHANNELS;
      const [x, y] = [(cell % columns) * stride, Math.floor(cell / columns) * stride];
      if (Math.abs(x - side / 2) <= reach && Math.abs(y - side / 2) <= reach) sum += Math.exp(data[at]!);
    }
  }
  const odds = Math.log(sum);
  if (Number.isNaN(odds)) throw broken('contains values that are not numbers');
  return odds;
}
