/**
 * Tries out every number that decides how much is covered, one at a time, on clips with known faces:
 * `npx tsx scripts/sweep.ts [docs/research/recall-sweeps.svg]`. Needs the evaluation set beside the checkout.
 */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { resolveConfig } from '../src/config/load.ts';
import { createConfiguredDetector } from '../src/detect/configured-detector.ts';
import { planLooks } from '../src/observe/look-plan.ts';
import { TUNING } from '../src/track/tuning.ts';
import { evaluationFile } from './bench/clips.ts';
import { curves, type Curve } from './sweep/curves.ts';
import { clipLooks, type ClipLooks } from './sweep/clip-looks.ts';
import { simulate, type SimulationOptions } from './sweep/simulate.ts';

/** Long sides of the pictures whose looks are recorded. */
const SIZES = [256, 512, 768, 1024];

/** One tuned number: values to try, where it stands in the options, and how it is set there. */
interface Sweep {
  readonly name: string;
  readonly values: readonly number[];
  /** Null where it is not one number. */
  readonly get: (options: SimulationOptions) => number | null;
  readonly set: (options: SimulationOptions, value: number) => SimulationOptions;
}

const SWEEPS: readonly Sweep[] = [
  {
    name: 'threshold',
    values: [0.1, 0.15, 0.2, 0.25, 0.3, 0.4],
    get: (o) => o.threshold,
    set: (o, threshold) => ({ ...o, threshold }),
  },
  {
    name: 'frames between looks',
    values: [1, 2, 3, 4, 6, 9, 12],
    get: () => null,
    set: (o, interval) => look(o, { interval, stride: 1, extraPerPass: 0 }),
  },
  {
    name: 'extra looks for each',
    values: [0, 0.25, 0.5, 0.75, 1],
    get: (o) => o.look.extraPerPass,
    set: (o, extraPerPass) => look(o, { extraPerPass }),
  },
  {
    name: 'large look, px',
    values: [512, 768, 1024],
    get: (o) => o.look.sizes.at(-1)!,
    set: (o, size) => look(o, { sizes: [...o.look.sizes.slice(0, -1), size] }),
  },
  {
    name: 'largest face of a look, px',
    values: [75, 100, 125, 150, 200, 300, 1000],
    get: (o) => o.largest,
    set: (o, largest) => ({ ...o, largest }),
  },
  {
    name: 'smallest face of a look, px',
    values: [0, 12, 16, 20, 24, 32],
    get: (o) => o.smallest,
    set: (o, smallest) => ({ ...o, smallest }),
  },
  {
    name: 'confirmation, seen once',
    values: [0, 0.2, 0.25, 0.3, 0.35, 0.4],
    get: (o) => o.confirmation.seenOnce,
    set: (o, seenOnce) => confirmation(o, { seenOnce }),
  },
  {
    name: 'confirmation, large face',
    values: [0, 0.2, 0.3, 0.4, 0.5, 0.6],
    get: (o) => o.confirmation.largeFace,
    set: (o, largeFace) => confirmation(o, { largeFace }),
  },
  {
    name: 'large face, of height',
    values: [0.1, 0.15, 0.2, 0.3, 0.4],
    get: (o) => o.tuning.largeFace,
    set: (o, largeFace) => tune(o, { largeFace }),
  },
  {
    name: 'hold, s',
    values: [0.2, 0.3, 0.4, 0.5, 0.7, 1],
    get: (o) => o.confirmation.holdSeconds,
    set: (o, holdSeconds) => confirmation(o, { holdSeconds }),
  },
  {
    name: 'growth always',
    values: [0, 0.05, 0.1, 0.2],
    get: (o) => o.tuning.growth.always,
    set: (o, always) => grow(o, { always }),
  },
  {
    name: 'growth by motion',
    values: [0, 0.1, 0.15, 0.2, 0.3],
    get: (o) => o.tuning.growth.motion,
    set: (o, motion) => grow(o, { motion }),
  },
  {
    name: 'growth a second',
    values: [0, 0.15, 0.3, 0.5, 0.8],
    get: (o) => o.tuning.growth.perSecond,
    set: (o, perSecond) => grow(o, { perSecond }),
  },
  {
    name: 'padding',
    values: [0, 0.1, 0.2, 0.3, 0.4],
    get: (o) => o.padding,
    set: (o, padding) => ({ ...o, padding }),
  },
];

const folder = evaluationFile('clips');
if (folder === null) {
  console.log('Skipped: the evaluation set is not there.');
  process.exit(0);
}
const yunet = evaluationFile('models', 'face_detection_yunet_2023mar.onnx');
const all: Curve[] = [];
for (const detector of ['crowd', ...(yunet === null ? [] : [yunet])]) {
  const clips = await clipLooks(folder, detector, SIZES);
  const options = await defaults(detector);
  console.log(
    `\n${basename(detector)}: face-frames exposed, and share of the picture covered away from faces`,
  );
  for (const { name, values, get, set } of SWEEPS) {
    const points: Curve['points'][number][] = [];
    for (const value of values) points.push({ value, ...(await measure(clips, set(options, value))) });
    console.log(
      `${name}: ${points.map(({ value, exposed, away }) => `${value} → ${exposed}, ${percent(away)}`).join('; ')}`,
    );
    all.push({ detector: basename(detector), name, points, chosen: get(options) });
  }
}
const [output] = process.argv.slice(2);
if (output !== undefined) await writeFile(output, curves(all));

/** The settings of a run with default options on 720p video at 30 frames a second. */
async function defaults(name: string): Promise<SimulationOptions> {
  const config = resolveConfig({ detector: name });
  const detector = await createConfiguredDetector(config);
  const { traits } = detector;
  await detector.close();
  return {
    look: planLooks(config, traits, { width: 1280, height: 720, frameRate: { num: 30, den: 1 } }),
    threshold: config.threshold,
    largest: traits.largestFace,
    smallest: traits.smallestFace ?? 0,
    padding: config.padding,
    confirmation: traits.confirmation,
    tuning: TUNING,
  };
}

async function measure(
  clips: readonly ClipLooks[],
  options: SimulationOptions,
): Promise<{ exposed: number; away: number }> {
  let exposed = 0;
  let away = 0;
  for (const clip of clips) {
    const simulated = await simulate(clip, options);
    exposed += simulated.leaks.exposedFaceFrames;
    away += simulated.away / clips.length;
  }
  return { exposed, away };
}

function look(options: SimulationOptions, plan: Partial<SimulationOptions['look']>): SimulationOptions {
  return { ...options, look: { ...options.look, ...plan } };
}

function confirmation(
  options: SimulationOptions,
  trusted: Partial<SimulationOptions['confirmation']>,
): SimulationOptions {
  return { ...options, confirmation: { ...options.confirmation, ...trusted } };
}

function tune(options: SimulationOptions, tuning: Partial<SimulationOptions['tuning']>): SimulationOptions {
  return { ...options, tuning: { ...options.tuning, ...tuning } };
}

function grow(
  options: SimulationOptions,
  growth: Partial<SimulationOptions['tuning']['growth']>,
): SimulationOptions {
  return tune(options, { growth: { ...options.tuning.growth, ...growth } });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
