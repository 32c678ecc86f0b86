/**
 * Counts the faces that a viewer could still see, clip by clip, after Veil ran with default options and with more and less effort,
 * and as tools do that look at every frame by itself: `npx tsx scripts/leak-table.ts [--short] [crowd|FILE.onnx …]`.
 * `--short` takes default options only. What is covered for nothing is counted too, also on film without a face. Prints Markdown. Needs the evaluation set beside the checkout.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveConfig } from '../src/config/load.ts';
import type { ResolvedConfig } from '../src/config/schema.ts';
import type { Detector } from '../src/detect/detector.ts';
import type { Picture } from '../src/frame/frame.ts';
import { LeakMeter, measureLeaks, type PixelReport } from '../src/eval/leak-meter.ts';
import { measureCoverage } from '../src/eval/box-coverage.ts';
import type { Truth } from '../src/eval/truth.ts';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { probe } from '../src/ffmpeg/probe.ts';
import { readCoveredTracks } from '../src/documents/read-report.ts';
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
  | 'faceFrames'
  | 'exposedFaceFrames'
  | 'identities'
  | 'identitiesExposed'
  | 'longestRun'
  | 'overmaskShare'
  | 'falseTracksPerMinute'
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
    '| clip | how | exposed face-frames | people | longest run | changed away from faces | false tracks a minute ' +
      '| detection, ms a frame |',
  );
  console.log('|---|---|---|---|---|---|---|---|');
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
  await faceFreeTable(detector, name);
  await detector.close();
}

/** Film without a face, by default options: all that is covered is covered for nothing. */
async function faceFreeTable(detector: Detector, name: string): Promise<void> {
  const films = evaluationFile('scenes', 'clips');
  if (films === null) return;
  console.log('\n| film without a face | covered on face-free film | false tracks a minute |\n|---|---|---|');
  const names = (await readdir(films)).filter((file) => /\.(mp4|avi)$/.test(file)).sort();
  for (const file of names.filter(
    (film) => !existsSync(join(films, film.replace(/\.\w+$/, '.truth.json'))),
  )) {
    const video = join(films, file);
    const truth = await emptyTruthOf(video);
    const config = resolveConfig({ detector: name, overwrite: true });
    const row = await veil({ clip: file, video, truth }, config, detector);
    console.log(`| ${file} | ${percent(row.overmaskShare)} | ${row.falseTracksPerMinute!.toFixed(1)} |`);
  }
}

async function emptyTruthOf(path: string): Promise<Truth> {
  const { width, height } = (await probe(path, await findBinaries())).video!;
  const columns: Truth['columns'] = ['frame', 'x', 'y', 'width', 'height'];
  return { format: 'truth/1', width, height, frames: 0, columns, tracks: [] };
}

async function veil(
  { clip, video, truth }: Pick<ClipLooks, 'clip' | 'video' | 'truth'>,
  config: ResolvedConfig,
  detector: Detector,
): Promise<Row> {
  const [output, reportPath] = [join(temporary, `${clip}.mp4`), join(temporary, `${clip}.json`)];
  const noted = notingLooks(detector);
  await anonymizeFile({ input: video, output, reportPath, config, detector: noted });
  const { frames } = JSON.parse(await readFile(reportPath, 'utf8')) as Report;
  const cost = (await costOf(detector, noted.looks)) / frames;
  const { num, den } = (await probe(video, await findBinaries())).video!.frameRate;
  const { falseTracksPerMinute } = measureCoverage(await readCoveredTracks(reportPath), truth, num / den);
  return { ...(await measureLeaks(video, output, truth)), falseTracksPerMinute, cost };
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
  const tracks = row.falseTracksPerMinute?.toFixed(1) ?? '';
  console.log(
    `| ${clip} | ${how} | ${exposedFaceFrames} of ${faceFrames} (${percent(exposedFaceFrames / faceFrames)}) ` +
      `| ${identitiesExposed} of ${identities} | ${longestRun} | ${percent(overmaskShare)} | ${tracks} | ${row.cost.toFixed(0)} |`,
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
