/**
 * A live run for as long as wanted, measured from outside: `npm run soak -- --minutes N [--detector NAME] [--delay MS]
 * [--size WxH] [--clip FILE] [--no-faults] [--publish]`. It runs `veil live` as a program of its own, with a recording
 * and a preview that Chromium shows, and reads the clock of the test picture (or of a clip that is played instead) from
 * the page. Every ten seconds something is broken: the source, the recorder, an output, the detector; pages come and
 * go; panic is pressed. Says how it went once a minute, and fails where memory grows, frames stop, or a recording
 * does not play. Linux only.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { ClockCamera } from './live/clock-camera.ts';
import { LiveProgram } from './live/live-program.ts';
import { LiveWatcher } from './live/live-watcher.ts';
import { packetCount } from './live/packet-count.ts';
import { ProcessTree } from './live/process-tree.ts';
import { Faults } from './live/faults.ts';
import { SoakReport } from './live/soak-report.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    detector: { type: 'string', default: 'webcam' },
    delay: { type: 'string', default: '150' },
    size: { type: 'string', default: '1280x720' },
    clip: { type: 'string' },
    port: { type: 'string', default: '18554' },
    'no-faults': { type: 'boolean', default: false },
    publish: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const [width = 0, height = 0] = values.size.split('x').map(Number);
const hasFaults = !values['no-faults'];

/** Milliseconds between two samples, and between two faults. */
const SAMPLE_EVERY = 2_000;
const FAULT_EVERY = 10_000;

const binaries = await findBinaries();
const folder = await mkdtemp(join(tmpdir(), 'veil-soak-'));
const camera =
  values.clip === undefined
    ? null
    : new ClockCamera(binaries.ffmpeg.path, values.clip, Number(values.port), { width, height, rate: 30 });
const program = new LiveProgram([
  ...[camera?.url ?? 'test:', '--size', values.size, '--detector', values.detector, '--delay', values.delay],
  ...['--record', join(folder, 'film.mp4'), '--preview', '0'],
  ...(hasFaults ? ['--segment', '60s'] : []),
  ...(hasFaults || values.publish ? ['--publish', join(folder, 'hls')] : []),
]);
const watcher = await LiveWatcher.open(await program.url());
const tree = new ProcessTree(program.pid);
const report = new SoakReport();
const faults = hasFaults ? new Faults({ tree, watcher, camera }) : null;
const startedAt = performance.now();
const elapsed = (): number => performance.now() - startedAt;

const source = values.clip ?? 'the test picture';
report.begin(
  `${values.detector}, delay ${values.delay} ms, ${source}, ${values.size}`,
  await tree.usage(),
  program.statuses.splice(0).at(-1),
);
try {
  for (let minute = 1; minute <= minutes; minute += 1) {
    let faultAt = (minute - 1) * 60_000 + FAULT_EVERY;
    while (elapsed() < minute * 60_000) {
      await sleep(Math.min(SAMPLE_EVERY, Math.max(1, minute * 60_000 - elapsed())));
      report.sample(await tree.usage(), await watcher.take(), program.statuses.splice(0));
      if (faults === null || elapsed() < faultAt || minute * 60_000 - elapsed() < 2_000) continue;
      faultAt += FAULT_EVERY;
      await faults.next();
    }
    report.endMinute(faults?.take() ?? []);
  }
} finally {
  await watcher.close();
  const code = await program.stop();
  await camera?.close();
  if (code !== 0) report.problem(`it ended with ${code}`);
}
report.end(program.summary, program.log, hasFaults);
for (const name of (await readdir(folder)).filter((each) => each.endsWith('.mp4'))) {
  if ((await packetCount(binaries.ffprobe.path, join(folder, name))) === 0)
    report.problem(`${name} does not play`);
}
await rm(folder, { recursive: true, force: true });
process.exit(report.conclude() ? 0 : 1);
