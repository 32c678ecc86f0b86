/**
 * What a viewer could still see, clip by clip, as Veil covers it with default options and with more and less effort,
 * and as tools do that look at every frame by itself: `npx tsx scripts/leak-table.ts [--short] [crowd|FILE.onnx …]`.
 * `--short` takes default options only. Prints Markdown. Needs the evaluation set beside the checkout.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveConfig } from '../src/config/load.ts';
import type { ResolvedConfig } from '../src/config/schema.ts';
import type { Detector } from '../src/detect/detector.ts';
import type { Picture } from '../src/frame/frame.ts';
import { LeakMeter, measureLeaks, type PixelReport } from '../src/eval/leak-meter.ts';
import { lumaFrames } from '../src/eval/luma-frames.ts';
import { anonymizeFile } from '../src/pipeline/file/anonymize-file.ts';
import { createConfiguredDetector } from '../src/detect/configured-detector.ts';
import type { Report } from '../src/documents/write-report.ts';
import { evaluationFile } from './bench/clips.ts';
import { clipLooks, facesAt, type ClipLooks } from './sweep/clip-looks.ts';
import { paintBoxes } from './sweep/paint-boxes.ts';

/** How the usual tools look: every frame, two sizes, nothing else. */
const EVERY_FRAME = { light: [640, 1280], heavy: [512, 1024] };
const THRESHOLDS = [0.2, 0.3, 0.5];

/** Looks of a kind that are timed. */
const REPEATED = 9;

type Row = Pick<
  PixelReport,
  'faceFrames' | 'exposedFaceFrames' | 'identities' | 'identitiesExposed' | 'longestRun' | 'overmaskShare'
> & {
  /** Milliseconds of detection for each frame of the video. */
  readonly cost: number;
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false } },
});
const efforts = values.short ? (['balanced'] as const) : (['fast', 'balanced', 'thorough'] as const);
const folder = evaluationFile('clips');
if (folder === null) {
  console.log('Skipped: the evaluation set is not there.');
  process.exit(0);
}
const temporary = await mkdtemp(join(tmpdir(), 'veil-leaks-'));
try {
  for (const name of positionals.length > 0 ? positionals : ['crowd']) await table(folder, name);
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function table(from: string, name: string): Promise<void> {
  const detector = await createConfiguredDetector(resolveConfig({ detector: name }));
  const sizes = EVERY_FRAME[detector.traits.cost];
  console.log(`\n### ${basename(name)}: ${detector.description}\n`);
  console.log(
    '| clip | how | exposed face-frames | people | longest run | changed away from faces | detection, ms a frame |',
  );
  console.log('|---|---|---|---|---|---|---|');
  // Default options need a clip and its truth, not the looks that come with it: the smallest are recorded soonest.
  for (const clip of await clipLooks(from, name, values.short ? [256] : sizes)) {
    for (const effort of efforts) {
      const config = resolveConfig({ detector: name, effort, overwrite: true });
      print(clip.clip, `Veil, ${effort}`, await veil(clip, config, detector));
    }
    if (values.short) continue;
    const cost = await costOfEveryFrame(clip, detector, sizes);
    for (const threshold of THRESHOLDS) {
      print(clip.clip, `every frame, plain box, ${threshold}`, {
        ...(await everyFrame(clip, sizes, threshold)),
        cost,
      });
    }
  }
  await detector.close();
}

async function veil(
  { clip, video, truth }: ClipLooks,
  config: ResolvedConfig,
  detector: Detector,
): Promise<Row> {
  const [output, reportPath] = [join(temporary, `${clip}.mp4`), join(temporary, `${clip}.json`)];
  const noted = notingLooks(detector);
  await anonymizeFile({ input: video, output, reportPath, config, detector: noted });
  const { frames } = JSON.parse(await readFile(reportPath, 'utf8')) as Report;
  const cost = (await costOf(detector, noted.looks)) / frames;
  return { ...(await measureLeaks(video, output, truth)), cost };
}

/** Boxes as they are detected, filled with grey: nothing is remembered from one frame to the next. */
async function everyFrame(
  clip: ClipLooks,
  sizes: readonly number[],
  threshold: number,
): Promise<Omit<Row, 'cost'>> {
  const { video, truth } = clip;
  const meter = new LeakMeter(truth);
  let frame = 0;
  for await (const before of lumaFrames(video, truth.width, truth.height)) {
    const faces = await facesAt(clip, frame, { sizes, threshold, largest: Infinity, smallest: 0 });
    meter.add(
      before,
      paintBoxes(
        before,
        faces.map(({ box }) => box),
      ),
    );
    frame += 1;
  }
  return meter.result();
}

async function costOfEveryFrame(
  { video }: ClipLooks,
  detector: Detector,
  sizes: readonly number[],
): Promise<number> {
  const noted = notingLooks(detector);
  const look = { interval: 1, sizes: [...sizes] };
  const config = resolveConfig({ detector: detector.name, overwrite: true, end: 0.2, look });
  const output = join(temporary, 'cost.mp4');
  await anonymizeFile({ input: video, output, config, detector: noted });
  const [looked] = noted.looks.values();
  return costOf(detector, new Map([['', { ...looked!, count: 1 }]]));
}

/** Looks of one kind: how many there were, and the pictures of the last one. */
interface Looks {
  readonly count: number;
  readonly pictures: readonly Picture[];
}

/** Counts looks by the sizes of their pictures. */
function notingLooks(detector: Detector): Detector & { readonly looks: ReadonlyMap<string, Looks> } {
  const looks = new Map<string, Looks>();
  return {
    ...detector,
    looks,
    detect: (pictures) => {
      const kind = pictures.map(({ width, height }) => `${width}x${height}`).join(' ');
      looks.set(kind, { count: (looks.get(kind)?.count ?? 0) + 1, pictures });
      return detector.detect(pictures);
    },
  };
}

/**
 * Milliseconds that so many looks take, from some of each kind that are taken again now: while a video is covered and
 * encoded they wait for other work, how long depends on the machine.
 */
async function costOf(detector: Detector, looks: ReadonlyMap<string, Looks>): Promise<number> {
  let sum = 0;
  for (const { count, pictures } of looks.values()) {
    const times: number[] = [];
    while (times.length < REPEATED) {
      const started = performance.now();
      await detector.detect(pictures);
      times.push(performance.now() - started);
    }
    sum += count * times.sort((a, b) => a - b)[REPEATED >> 1]!;
  }
  return sum;
}

function print(clip: string, how: string, row: Row): void {
  const { faceFrames, exposedFaceFrames, identities, identitiesExposed, longestRun, overmaskShare } = row;
  console.log(
    `| ${clip} | ${how} | ${exposedFaceFrames} of ${faceFrames} (${percent(exposedFaceFrames / faceFrames)}) ` +
      `| ${identitiesExposed} of ${identities} | ${longestRun} | ${percent(overmaskShare)} | ${row.cost.toFixed(0)} |`,
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
