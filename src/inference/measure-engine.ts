import { VeilError } from '../errors.ts';
import type { Picture } from '../frame/frame.ts';
import type { Engine, Model, Network } from './engine.ts';
import type { FeatureMap } from './graph.ts';

/** Time and results of one look at a picture of this size. */
export interface Measurement {
  /** Fastest of several runs. */
  readonly milliseconds: number;
  readonly outputs: ReadonlyMap<string, FeatureMap>;
}

/** In pixels, multiples of 32. */
export interface MeasuredSize {
  readonly width: number;
  readonly height: number;
}

/** Large enough that a GPU is faster if it is for video. */
const VIDEO_SIZE: MeasuredSize = { width: 512, height: 288 };

const RUNS = 3;

/** After a run this long, no further runs are needed. */
const LONG_RUN = 1000;

/** Engines whose outputs differ by more do not compute the same network. */
const TOLERANCE = 0.1;

/**
 * Runs a network on a picture of noise.
 *
 * @throws VeilError errors of the engine
 */
export async function measureEngine(
  engine: Engine,
  network: Network,
  size: MeasuredSize = VIDEO_SIZE,
): Promise<Measurement> {
  const model = await engine.load(network);
  try {
    const picture = noise(size);
    const [warmUp, outputs] = await timed(model, picture);
    let fastest = warmUp;
    for (let run = 0; run < RUNS && warmUp < LONG_RUN; run += 1) {
      fastest = Math.min(fastest, (await timed(model, picture))[0]);
    }
    return { milliseconds: Math.max(1, Math.round(fastest)), outputs };
  } finally {
    await model.close();
  }
}

/**
 * Checks that two engines computed the same.
 *
 * @throws VeilError ENGINE_UNAVAILABLE
 */
export function requireAgreement(actual: Measurement, expected: Measurement): void {
  for (const [name, { data }] of expected.outputs) {
    const other = actual.outputs.get(name)?.data;
    const agrees = data.every((value, index) => Math.abs(value - (other?.[index] ?? NaN)) < TOLERANCE);
    if (agrees && other?.length === data.length) continue;
    throw new VeilError('ENGINE_UNAVAILABLE', 'Its results differ from those of the reference engine.');
  }
}

async function timed(model: Model, picture: Picture): Promise<[number, Measurement['outputs']]> {
  const start = performance.now();
  const outputs = await model.run(picture);
  return [performance.now() - start, outputs];
}

function noise({ width, height }: MeasuredSize): Picture {
  let state = 1;
  const data = Uint8Array.from({ length: 3 * width * height }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { width, height, data };
}
