/**
 * Tries out every number that decides how much is covered, one at a time, on clips with known faces:
 * `npx tsx scripts/sweep.ts [docs/recall-sweeps.svg]`. Needs the evaluation set beside the checkout.
 */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { resolveConfig } from '../src/config/load.ts';
import { createConfiguredDetector } from '../src/pipeline/find-in-media.ts';
import { TUNING } from '../src/track/tuning.ts';
import { evaluationFile } from './bench/clips.ts';
import { curves, type Curve } from './sweep/curves.ts';
import { clipLooks, type ClipLooks } from './sweep/clip-looks.ts';
import { simulate, type SimulationOptions } from './sweep/simulate.ts';

/** Long sides of the pictures whose looks are recorded. */
const SIZES = [256, 512, 768, 1024];

type Change = (options: SimulationOptions, value: number) => SimulationOptions;

/** Every tuned number: values to try, and where it goes. */
const SWEEPS: readonly (readonly [name: string, values: readonly number[], change: Change])[] = [
  ['threshold', [0.1, 0.15, 0.2, 0.25, 0.3, 0.4], (o, threshold) => ({ ...o, threshold })],
  [
    'frames between looks',
    [1, 2, 3, 4, 6, 9, 12],
    (o, interval) => look(o, { interval, every: 1, extra: 0 }),
  ],
  ['extra looks for each', [0, 0.25, 0.5, 0.75, 1], (o, extra) => look(o, { extra })],
  ['large look, px', [512, 768, 1024], (o, size) => look(o, { sizes: [...o.look.sizes.slice(0, -1), size] })],
  ['largest face of a look, px', [75, 100, 150, 200, 300, 1000], (o, largest) => ({ ...o, largest })],
  ['trust once', [0, 0.2, 0.25, 0.3, 0.35, 0.4], (o, once) => ({ ...o, trust: { ...o.trust, once } })],
  ['trust large', [0, 0.2, 0.3, 0.4, 0.5, 0.6], (o, large) => ({ ...o, trust: { ...o.trust, large } })],
  ['large face, of height', [0.1, 0.15, 0.2, 0.3, 0.4], (o, largeFace) => tune(o, { largeFace })],
  ['fill, s', [0.2, 0.3, 0.4, 0.5, 0.7, 1], (o, fill) => ({ ...o, trust: { ...o.trust, fill } })],
  ['growth always', [0, 0.05, 0.1, 0.2], (o, always) => grow(o, { always })],
  ['growth by motion', [0, 0.1, 0.15, 0.2, 0.3], (o, motion) => grow(o, { motion })],
  ['growth a second', [0, 0.15, 0.3, 0.5, 0.8], (o, perSecond) => grow(o, { perSecond })],
  ['padding', [0, 0.1, 0.2, 0.3, 0.4], (o, padding) => ({ ...o, padding })],
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
  for (const [name, values, change] of SWEEPS) {
    const points: Curve['points'][number][] = [];
    for (const value of values) points.push({ value, ...(await measure(clips, change(options, value))) });
    console.log(
      `${name}: ${points.map(({ value, exposed, away }) => `${value} → ${exposed}, ${percent(away)}`).join('; ')}`,
    );
    all.push({ detector: basename(detector), name, points, chosen: chosen(name, options) });
  }
}
const [output] = process.argv.slice(2);
if (output !== undefined) await writeFile(output, curves(all));

/** What a run with default options does to a 30 fps video of up to 1536 pixels. */
async function defaults(name: string): Promise<SimulationOptions> {
  const config = resolveConfig({ detector: name });
  const detector = await createConfiguredDetector(config);
  const { cost, nearLooks, trust } = detector.traits;
  await detector.close();
  return {
    look: { interval: 3, every: 2, extra: cost === 'light' ? 1 : 0.5, sizes: [...nearLooks, 1024] },
    threshold: config.threshold,
    largest: cost === 'light' ? 150 : Infinity,
    padding: config.padding,
    trust,
    tuning: TUNING,
  };
}

function chosen(
  name: string,
  { look: plan, threshold, largest, padding, trust, tuning }: SimulationOptions,
): number | null {
  const values: Readonly<Record<string, number>> = {
    threshold,
    padding,
    'extra looks for each': plan.extra,
    'large look, px': plan.sizes.at(-1)!,
    'largest face of a look, px': largest,
    'trust once': trust.once,
    'trust large': trust.large,
    'large face, of height': tuning.largeFace,
    'fill, s': trust.fill,
    'growth always': tuning.growth.always,
    'growth by motion': tuning.growth.motion,
    'growth a second': tuning.growth.perSecond,
  };
  return values[name] ?? null;
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
