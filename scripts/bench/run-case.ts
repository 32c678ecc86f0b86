import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { nameOf, type BenchCase } from './cases.ts';
import { makeClip } from './clips.ts';
import { drawnTracks } from './drawn-tracks.ts';
import { measureCommand, type Usage } from './measured-command.ts';
import { traceFigures, type TraceFigures } from './trace-figures.ts';

/** The results of one case: each run of Veil beside the plain transcode right before it. */
export interface CaseResult extends TraceFigures {
  readonly name: string;
  readonly height: number;
  /** Null where faces were looked for. */
  readonly faces: number | null;
  readonly frames: number;
  readonly pairs: readonly { readonly plain: Usage; readonly veil: Usage }[];
}

export interface RunOptions {
  /** Root of the checkout whose `bin/veil.js` is measured. */
  readonly checkout: string;
  /** Temporary folder of clips and results. */
  readonly folder: string;
  readonly binaries: Binaries;
  readonly frames: number;
  readonly repeats: number;
}

const CRF = '23';

/** Measures one case, plain and Veil in turns: a machine that is busy is busy for both. */
export async function runCase(benchCase: BenchCase, options: RunOptions): Promise<CaseResult> {
  const { folder, binaries, frames, repeats } = options;
  const { height, work } = benchCase;
  const clip = await makeClip(folder, height, frames);
  const trace = join(folder, 'trace.json');
  const args = await veilArgs(benchCase, clip, options);
  const pairs: CaseResult['pairs'][number][] = [];
  for (let i = 0; i < repeats; i += 1) {
    const plain = await measureCommand(binaries.ffmpeg.path, plainArgs(benchCase, clip, folder));
    const veil = await measureCommand(process.execPath, [...args, '--trace', trace]);
    pairs.push({ plain, veil });
  }
  const faces = work.command === 'render' ? work.faces : null;
  return { name: nameOf(benchCase), height, faces, frames, pairs, ...(await traceFigures(trace)) };
}

async function veilArgs({ work, preset }: BenchCase, clip: string, options: RunOptions): Promise<string[]> {
  const { checkout, folder, binaries } = options;
  const shared = ['--preset', preset, '--crf', CRF, '-o', join(folder, 'veil.mp4'), '--overwrite', '--quiet'];
  const start = [join(checkout, 'bin/veil.js'), work.command, clip, ...shared];
  if (work.command === 'blur') return [...start, '--effort', work.effort];
  const tracks = `${clip}.${work.faces}.json`;
  if (!existsSync(tracks))
    await writeFile(tracks, JSON.stringify(await drawnTracks(clip, work.faces, binaries)));
  return [...start, '--tracks', tracks];
}

function plainArgs({ preset }: BenchCase, clip: string, folder: string): string[] {
  const encode = ['-c:v', 'libx264', '-preset', preset, '-crf', CRF, '-pix_fmt', 'yuv420p', '-c:a', 'copy'];
  return ['-v', 'error', '-nostdin', '-y', '-i', clip, ...encode, join(folder, 'plain.mp4')];
}
