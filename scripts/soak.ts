/**
 * A live run under trouble for as long as wanted: `npm run soak -- --minutes N [--detector NAME] [--delay MS]`. Every
 * ten seconds something is broken: the source, the recorder, the HLS output, the detector, or somebody presses panic.
 * Says how it went once a minute, and fails where memory grows, frames stop, or a recording does not play.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { capture } from '../src/ffmpeg/process.ts';
import { parsePublishTarget } from '../src/sink/live/publish-target.ts';
import { liveConfig, openNotedRun } from './live/noted-run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    detector: { type: 'string', default: 'webcam' },
    delay: { type: 'string', default: '150' },
  },
});
const minutes = Number(values.minutes);

/** Milliseconds between two faults, and share by which memory may grow after the first minute. */
const FAULT_EVERY = 10_000;
const GROWTH = 0.05;

const folder = await mkdtemp(join(tmpdir(), 'veil-soak-'));
const hls = join(folder, 'hls');
const record = join(folder, 'film.mp4');
const log: string[] = [];
const note = (line: string): void => {
  log.push(line);
};
const { run, frames } = await openNotedRun({
  input: { kind: 'test' },
  config: await liveConfig({ detector: values.detector }),
  delay: Number(values.delay),
  record: { path: record, segment: 60 },
  publish: [parsePublishTarget(hls)],
  logger: { debug: () => undefined, info: note, warn: note },
});

/** What is broken in turn. Each is mended by the run itself. */
const FAULTS: readonly (readonly [string, () => Promise<void>])[] = [
  ['source killed', () => killChild('testsrc2')],
  ['HLS killed', () => killChild(`${hls}/index.m3u8`)],
  ['recorder killed', () => killChild('film')],
  ['detector killed', () => killChild('look-process')],
  [
    'panic for a second',
    async () => {
      run.panic(true);
      await sleep(1000);
      run.panic(false);
    },
  ],
];

const problems: string[] = [];
const memory: number[] = [];
const startedAt = performance.now();
const elapsed = (): number => performance.now() - startedAt;
let seen = 0;
console.log('| minute | state | fps out | latency p50 / p95 | curtain | dropped | memory | faults |');
console.log('|---|---|---|---|---|---|---|---|');
for (let minute = 1; minute <= minutes; minute += 1) {
  const done: string[] = [];
  for (let fault = 0; elapsed() < minute * 60_000; fault += 1) {
    await sleep(Math.min(FAULT_EVERY, Math.max(0, minute * 60_000 - elapsed())));
    if (elapsed() >= minute * 60_000) break;
    const [name, breakIt] = FAULTS[fault % FAULTS.length]!;
    await breakIt();
    done.push(name);
  }
  report(minute, done);
}
await run.close();
await check();
await rm(folder, { recursive: true, force: true });
for (const problem of problems) console.log(`PROBLEM: ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);

function report(minute: number, done: readonly string[]): void {
  const { state, fpsOut, dropped } = run.status();
  // What was noted is let go, or the notes themselves would be the memory that grows.
  const recent = frames.splice(0);
  seen += recent.length;
  const latencies = recent.map(({ latency }) => latency).sort((a, b) => a - b);
  const at = (share: number): number => Math.round(latencies[Math.floor(latencies.length * share)] ?? 0);
  const curtains = recent.filter(({ isCurtain }) => isCurtain).length;
  const megabytes = process.memoryUsage().rss / 2 ** 20;
  memory.push(megabytes);
  if (recent.length === 0) problems.push(`no frame left in minute ${minute}`);
  console.log(
    `| ${minute} | ${state} | ${fpsOut.toFixed(1)} | ${at(0.5)} / ${at(0.95)} ms ` +
      `| ${((100 * curtains) / Math.max(1, recent.length)).toFixed(1)} % | ${dropped} | ${megabytes.toFixed(0)} MB | ${done.join(', ')} |`,
  );
}

async function check(): Promise<void> {
  const [first, last] = [memory[0] ?? 0, memory.at(-1) ?? 0];
  if (last > first * (1 + GROWTH)) {
    problems.push(`memory grew from ${first.toFixed(0)} to ${last.toFixed(0)} MB`);
  }
  const { ffprobe } = await findBinaries();
  const films = (await readdir(folder)).filter((name) => name.endsWith('.mp4'));
  for (const name of films) {
    const what = [
      '-v',
      'error',
      '-select_streams',
      'v:0',
      '-count_packets',
      '-show_entries',
      'stream=nb_read_packets',
      '-of',
      'csv=p=0',
    ];
    const { stdout } = await capture(ffprobe.path, [...what, join(folder, name)]);
    if (!(Number(stdout) > 0)) problems.push(`${name} does not play`);
  }
  console.log(`\n${seen} frames, ${films.length} recordings, ${log.length} lines of log.`);
}

/** Ends a child of this process with KILL, by its arguments. */
async function killChild(text: string): Promise<void> {
  const { stdout } = await capture('ps', ['-e', '-ww', '-o', 'pid=,ppid=,args=']);
  for (const line of stdout.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    if (match === null || Number(match[2]) !== process.pid || !match[3]!.includes(text)) continue;
    process.kill(Number(match[1]), 'SIGKILL');
    return;
  }
}
