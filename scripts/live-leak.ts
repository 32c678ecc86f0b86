/**
 * Counts the faces that a viewer of a live run could still see, beside those that file mode leaves: plays clips at their own speed, records
 * them, and compares the recording with the original. Clips are of the evaluation set, by the start of their names, or
 * paths of files with NAME.truth.json beside them. `npx tsx scripts/live-leak.ts [--delay MS] [--detector NAME]
 * [--look-sizes N,N…] [--fault none|busy|slow|throws] [CLIP …]`
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { resolveConfig } from '../src/config/load.ts';
import { LeakMeter } from '../src/eval/leak-meter.ts';
import type { LumaPicture } from '../src/eval/exposure.ts';
import { lumaFrames } from '../src/eval/luma-frames.ts';
import { readTruth, type Truth } from '../src/eval/truth.ts';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { capture } from '../src/ffmpeg/process.ts';
import { silentLogger } from '../src/logger.ts';
import { anonymizeFile } from '../src/pipeline/file/anonymize-file.ts';
import { evaluationFile } from './bench/clips.ts';
import { liveConfig, openNotedRun, type NotedFrame } from './live/noted-run.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    delay: { type: 'string', default: '150' },
    detector: { type: 'string', default: 'crowd' },
    fault: { type: 'string', default: 'none' },
    'look-sizes': { type: 'string' },
  },
});
const { delay, detector, fault } = values;

/** Seconds that a frame's time may have been rounded by on its way into the recording. */
const ROUNDED = 0.002;

const inputs = positionals.some((name) => name.includes('/')) ? positionals : await named(positionals);
if (inputs.length === 0) {
  console.log('Skipped: the evaluation set is not there.');
  process.exit(0);
}
const folder = await mkdtemp(join(tmpdir(), 'veil-live-leak-'));
const busy = fault === 'busy' ? [0, 1].map(() => spawn(process.execPath, ['-e', 'for (;;);'])) : [];
try {
  console.log(`${detector}, delay ${delay} ms, fault: ${fault}\n`);
  console.log(
    '| clip | face-frames | exposed | in file mode | people exposed | longest run | curtain | dropped | latency p95 | where |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  for (const input of inputs) await row(input);
} finally {
  for (const process of busy) process.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}

async function named(starts: readonly string[]): Promise<string[]> {
  const clips = evaluationFile('clips');
  if (clips === null) return [];
  const wanted = starts.length > 0 ? starts : ['pan_', 'talkinghead'];
  return (await readdir(clips))
    .filter((name) => !name.endsWith('.json') && wanted.some((start) => name.startsWith(start)))
    .map((name) => join(clips, name));
}

async function row(input: string): Promise<void> {
  const video = basename(input);
  const record = join(folder, `${video}.mkv`);
  const isTroubled = fault === 'slow' || fault === 'throws';
  const { run, frames } = await openNotedRun({
    input: { kind: 'file', path: input },
    config: await liveConfig({
      detector: isTroubled ? `${fault}:${detector}` : detector,
      overwrite: true,
      ...(values['look-sizes'] === undefined
        ? {}
        : { 'look.sizes': values['look-sizes'].split(',').map(Number) }),
    }),
    delay: Number(delay),
    record: { path: record, segment: null },
    publish: [],
    logger: silentLogger,
    ...(isTroubled ? { detectorProgram: new URL('./live/troubled-looks.ts', import.meta.url) } : {}),
  });
  await run.finished;
  await run.close();
  const truth = await readTruth(input.replace(/\.\w+$/, '.truth.json'));
  const leaks = await compare(input, record, truth, frames);
  const inFile = await exposedInFile(input, truth);
  const curtains = frames.filter(({ isCurtain }) => isCurtain).length;
  const latencies = frames.map(({ latency }) => latency).sort((a, b) => a - b);
  console.log(
    `| ${video} | ${leaks.faceFrames} | ${leaks.exposedFaceFrames} | ${inFile} | ${leaks.identitiesExposed} of ${leaks.identities} ` +
      `| ${leaks.longestRun} | ${((100 * curtains) / frames.length).toFixed(1)} % | ${run.status().dropped} ` +
      `| ${Math.round(latencies[Math.floor(latencies.length * 0.95)] ?? 0)} ms | ${whereOf(leaks.exposed)} |`,
  );
}

/** The frames in which each person is exposed. */
function whereOf(exposed: ReturnType<LeakMeter['result']>['exposed']): string {
  const people = new Map<number | string, number[]>();
  for (const { id, frame } of exposed) people.set(id, [...(people.get(id) ?? []), frame]);
  return [...people].map(([id, frames]) => `${id}: ${frames.join(' ')}`).join('; ');
}

/** Exposures after `veil blur` with its default options and the same detector. */
async function exposedInFile(input: string, truth: Truth): Promise<number> {
  const output = join(folder, `file-${basename(input).replace(/\.\w+$/, '')}.mp4`);
  const config = resolveConfig({ detector, overwrite: true, report: false });
  await anonymizeFile({ input, output, config });
  const meter = new LeakMeter(truth);
  const covered = lumaFrames(output, truth.width, truth.height);
  for await (const original of lumaFrames(input, truth.width, truth.height)) {
    const next = await covered.next();
    if (next.done !== true) meter.add(original, next.value);
  }
  return meter.result().exposedFaceFrames;
}

/** Compares each recorded frame with its clip frame, matched by time; a dropped frame exposes nothing. */
async function compare(
  input: string,
  record: string,
  truth: Truth,
  noted: readonly NotedFrame[],
): Promise<ReturnType<LeakMeter['result']>> {
  const { width, height } = truth;
  const meter = new LeakMeter(truth);
  const times = await timesOf(record);
  const recorded = lumaFrames(record, width, height);
  let next = await recorded.next();
  let position = 0;
  const blank: LumaPicture = { width, height, data: new Uint8Array(width * height) };
  const first = noted[0]!.time;
  let index = 0;
  for await (const original of lumaFrames(input, width, height)) {
    const frame = noted.find((each) => each.index === index);
    index += 1;
    const time = frame === undefined ? Infinity : frame.time - first;
    while (next.done !== true && times[position]! < Math.min(time, 1e9) - ROUNDED) {
      if (frame === undefined) break;
      next = await recorded.next();
      position += 1;
    }
    const isThere = next.done !== true && Math.abs(times[position]! - time) <= ROUNDED;
    meter.add(original, isThere ? (next.value as LumaPicture) : blank);
  }
  await recorded.return(undefined);
  return meter.result();
}

async function timesOf(path: string): Promise<number[]> {
  const { ffprobe } = await findBinaries();
  const what = ['-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'];
  const { stdout } = await capture(ffprobe.path, ['-v', 'error', ...what, `file:${path}`]);
  const times = stdout.trim().split('\n').map(Number.parseFloat);
  return times.sort((a, b) => a - b).map((time) => time - Math.min(...times));
}
