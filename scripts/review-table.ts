/**
 * Whether the list of spans to review is right: clip by clip, with default options and with detection weakened so that
 * faces stay visible, `npx tsx scripts/review-table.ts [CLIP …]`. Prints Markdown. Needs the evaluation set beside the
 * checkout.
 */
import { parseArgs } from 'node:util';
import { resolveConfig } from '../src/config/load.ts';
import { riskOf, type RiskSpan } from '../src/documents/risk.ts';
import { measureCoverage } from '../src/eval/box-coverage.ts';
import type { LeakReport } from '../src/eval/leak-meter.ts';
import { planLooks } from '../src/observe/look-plan.ts';
import { TUNING } from '../src/track/tuning.ts';
import { evaluationFile } from './bench/clips.ts';
import { clipLooks, type ClipLooks } from './sweep/clip-looks.ts';
import { coveredBoxes, track } from './sweep/simulate.ts';

/** The default, and what lets faces slip. */
const THRESHOLDS = [resolveConfig({}).threshold, 0.6];

/** The traits of the built-in network; it runs at these sizes on every clip of the set. */
const CROWD = {
  sizes: [256, 512, 1024],
  largest: 300,
  largestShare: 0.16,
  smallest: 24,
  confirmation: { seenOnce: 0.3, largeFace: 0.5, holdSeconds: 0.3 },
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { folder: { type: 'string' } },
});
const folder = values.folder ?? evaluationFile('clips');
if (folder === null) {
  console.log('Skipped: the evaluation set is not there.');
  process.exit(0);
}
console.log(
  '| clip | threshold | people | tracks | spans listed | others | risk, s | exposed runs | inside a listed span |',
);
console.log('|---|---|---|---|---|---|---|---|---|');
for (const clip of await clipLooks(folder, 'crowd', CROWD.sizes, positionals)) {
  for (const threshold of THRESHOLDS) print(clip, threshold, await reviewed(clip, threshold));
}

interface Reviewed {
  readonly tracks: number;
  readonly review: ReturnType<typeof riskOf>;
  readonly runs: readonly Run[];
}

async function reviewed(clip: ClipLooks, threshold: number): Promise<Reviewed> {
  const { width, height } = clip.truth;
  const { padding, ...config } = resolveConfig({ threshold });
  const frameRate = { num: clip.frameRate, den: 1 };
  const look = {
    ...planLooks(config, { cost: 'light', nearLooks: [256, 512] }, { width, height, frameRate }),
    sizes: CROWD.sizes,
  };
  const { tracker, boxes } = await track(clip, { ...CROWD, look, threshold, padding, tuning: TUNING });
  const review = riskOf(tracker.uncertain(), {
    frameSeconds: 1 / clip.frameRate,
    coveredIn: (frame) => boxes[frame]!.map(({ box }) => box),
  });
  const leaks = measureCoverage(coveredBoxes(boxes, padding), clip.truth, clip.frameRate);
  return {
    tracks: new Set(boxes.flat().map(({ trackId }) => trackId)).size,
    review,
    runs: runsOf(leaks.exposed),
  };
}

/** Frames in a row in which one face is exposed. */
interface Run {
  readonly first: number;
  last: number;
}

function runsOf(exposed: LeakReport['exposed']): Run[] {
  const runs = new Map<number | string, Run[]>();
  for (const { id, frame } of exposed) {
    const list = runs.get(id) ?? [];
    runs.set(id, list);
    const last = list.at(-1);
    if (last?.last === frame - 1) last.last = frame;
    else list.push({ first: frame, last: frame });
  }
  return [...runs.values()].flat();
}

function isInside({ first, last }: Run, spans: readonly RiskSpan[]): boolean {
  return spans.some(({ firstFrame, lastFrame }) => firstFrame <= first && last <= lastFrame);
}

function sum(spans: readonly RiskSpan[]): number {
  return spans.reduce((total, { risk }) => total + risk, 0);
}

function print({ clip, truth }: ClipLooks, threshold: number, { tracks, review, runs }: Reviewed): void {
  const inside = runs.filter((run) => isInside(run, review.spans)).length;
  console.log(
    `| ${clip} | ${threshold} | ${truth.tracks.length} | ${tracks} | ${review.spans.length} | ${review.unlisted} ` +
      `| ${sum(review.spans).toFixed(2)} | ${runs.length} | ${inside} |`,
  );
}
