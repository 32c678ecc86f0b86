/**
 * Measures the savings and the costs of covering one long video in parts: `tsx scripts/bench-parts.ts`. One piece and parts take turns on
 * one clip; the CPU seconds are those of all programs together and hold on a busy machine, wall times do not.
 *
 * `--height` and `--seconds` make a clip, `--clip` takes one, `--effort` and `--preset` choose the work, `--jobs` the parts at once, `--repeats` the pairs.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { makeClip } from './bench/clips.ts';
import { measureCommand, type Usage } from './bench/measured-command.ts';

const ROOT = join(import.meta.dirname, '..');

/** Frames a second of the clip, at most: shorter ones are covered in one piece. */
const RATE = 30;

const { values } = parseArgs({
  options: {
    clip: { type: 'string' },
    height: { type: 'string', default: '1080' },
    seconds: { type: 'string', default: '150' },
    effort: { type: 'string', default: 'fast' },
    preset: { type: 'string', default: 'veryfast' },
    jobs: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '1' },
  },
});

const folder = await mkdtemp(join(tmpdir(), 'veil-bench-'));
try {
  // Else the first run would build it, and that be counted.
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build-if-stale.js')]);
  const clip = values.clip ?? (await makeClip(folder, Number(values.height), Number(values.seconds) * RATE));
  for (let pair = 0; pair < Number(values.repeats); pair += 1) {
    const one = await cover(clip, '1');
    const parts = await cover(clip, values.jobs);
    console.log(`one piece: ${shown(one)}`);
    console.log(`${values.jobs} at once: ${shown(parts)}`);
    const cpu = one.cpu === null || parts.cpu === null ? 'unknown' : (parts.cpu / one.cpu).toFixed(3);
    console.log(`wall ÷ ${(one.wall / parts.wall).toFixed(2)}, CPU × ${cpu}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

function cover(clip: string, jobs: string): Promise<Usage> {
  const work = ['--effort', values.effort, '--preset', values.preset, '--jobs', jobs, '--no-resume'];
  const output = ['-o', join(folder, 'out.mp4'), '--overwrite', '--quiet'];
  return measureCommand(process.execPath, [join(ROOT, 'bin/veil.js'), 'blur', clip, ...output, ...work]);
}

function shown({ wall, cpu, allPeak }: Usage): string {
  return `${wall.toFixed(1)} s, ${cpu?.toFixed(1) ?? '?'} CPU s, ${allPeak?.toFixed(0) ?? '?'} MB at most`;
}
