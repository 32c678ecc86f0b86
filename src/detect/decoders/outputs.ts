import { VeilError } from '../../errors.ts';
import type { FeatureMap } from '../../inference/graph.ts';

/**
 * An output of a network with this number of channels.
 *
 * @throws VeilError DETECTOR_FAILED if it is missing or has another shape
 */
export function takeMap(
  outputs: ReadonlyMap<string, FeatureMap>,
  name: string,
  channels: number,
): FeatureMap {
  const map = outputs.get(name);
  if (map?.channels !== channels || map.data.length !== map.width * map.height * channels) {
    throw broken(`has no usable output ${name}`);
  }
  return map;
}

/** The error for invalid output of a network. */
export function broken(what: string): VeilError {
  return new VeilError('DETECTOR_FAILED', `What the face network returned ${what}.`, {
    hint: 'No uncovered frame was written. Try another --engine.',
  });
}
