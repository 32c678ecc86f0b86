/**
 * What Veil costs on this machine: `npm run bench`, or one part of it: `npm run bench -- speed|memory|size`.
 * Timings are noisy, so Veil and a plain transcode take turns in one run, and the ratio is what counts.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { capture } from '../src/ffmpeg/process.ts';
import { evaluationFile, makeLongVideo, sampleVideo } from './bench/clips.ts';
import type { Measured } from './bench/measured-run.ts';

const REPEATS = 2;
/** As the default config encodes. */
const ENCODE = ['-c:v', 'libx264', '-preset', 'medium', '-crf', '20', '-pix_fmt', 'yuv420p', '-c:a', 'copy'];

const folder = await mkdtemp(join(tmpdir(), 'veil-bench-'));
const parts: Readonly<Record<string, () => Promise<void>>> = { speed, memory, size };
try {
  const wanted = process.argv.slice(2);
  for (const [name, part] of Object.entries(parts)) {
    if (wanted.length === 0 || wanted.includes(name)) await part();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function speed(): Promise<void> {
  console.log('speed: wall time beside a plain ffmpeg transcode with the same encoder settings (target ≤ 3)');
  const yunet = evaluationFile('models', 'face_detection_yunet_2023mar.onnx');
  const street = evaluationFile('clips', 'street_walking_720p.mp4');
  if (street === null) console.log('  street_walking_720p.mp4: skipped, the evaluation set is not there');
  for (const clip of [street, await sampleVideo()]) {
    if (clip === null) continue;
    for (const detector of ['crowd', ...(yunet === null ? [] : [yunet])]) {
      const plain: number[] = [];
      const veil: Measured[] = [];
      for (let i = 0; i < REPEATS; i += 1) {
        plain.push(await plainTranscode(clip));
        veil.push(await measure(clip, { detector, overwrite: true }));
      }
      const [ours, theirs] = [Math.min(...veil.map(({ seconds }) => seconds)), Math.min(...plain)];
      const first = Math.min(...veil.map(({ firstFrame }) => firstFrame));
      console.log(
        `  ${basename(clip)}, ${basename(detector)}: ${ours.toFixed(1)} s / ${theirs.toFixed(1)} s = ` +
          `${(ours / theirs).toFixed(2)}; ${(veil[0]!.frames / ours).toFixed(1)} fps; first frame after ${first.toFixed(2)} s (target ≤ 3)`,
      );
    }
  }
}

async function memory(): Promise<void> {
  console.log('memory: 3,150 frames at 1920×1080 (targets: peak ≤ 700 MB, growth ≤ 5 %)');
  const video = join(folder, 'long.mp4');
  await makeLongVideo(video, 3150);
  const { peakMb, at500Mb, at3000Mb } = await measure(video, {
    overwrite: true,
    video: { preset: 'ultrafast' },
  });
  const growth = (at3000Mb ?? 0) / (at500Mb ?? 1) - 1;
  console.log(
    `  peak ${peakMb.toFixed(0)} MB; at 500 frames ${at500Mb?.toFixed(0) ?? '?'} MB, at 3,000 ` +
      `${at3000Mb?.toFixed(0) ?? '?'} MB (${(100 * growth).toFixed(1)} %)`,
  );
}

async function size(): Promise<void> {
  const root = join(import.meta.dirname, '../node_modules');
  const sizes: (readonly [string, number])[] = [];
  for (const name of await readdir(root)) sizes.push([name, await bytesUnder(join(root, name))]);
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  console.log(`size: node_modules ${(total / 1e6).toFixed(0)} MB; the largest:`);
  for (const [name, bytes] of sizes.sort((a, b) => b[1] - a[1]).slice(0, 10)) {
    console.log(`  ${(bytes / 1e6).toFixed(0).padStart(4)} MB  ${name}`);
  }
}

async function plainTranscode(clip: string): Promise<number> {
  const { ffmpeg } = await findBinaries();
  const started = performance.now();
  const args = ['-v', 'error', '-y', '-i', clip, ...ENCODE, join(folder, 'plain.mp4')];
  const { code, stderr } = await capture(ffmpeg.path, args, { timeoutMs: 600_000 });
  if (code !== 0) throw new Error(stderr);
  return (performance.now() - started) / 1000;
}

async function measure(input: string, config: object): Promise<Measured> {
  const script = join(import.meta.dirname, 'bench/measured-run.ts');
  const args = ['--import', 'tsx', script, input, join(folder, 'out.mp4'), JSON.stringify(config)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured;
}

async function bytesUnder(path: string): Promise<number> {
  const facts = await stat(path).catch(() => null);
  if (facts === null || !facts.isDirectory()) return facts?.size ?? 0;
  let sum = 0;
  for (const name of await readdir(path)) sum += await bytesUnder(join(path, name));
  return sum;
}
