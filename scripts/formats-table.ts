/**
 * Writes docs/formats.md: what becomes of each kind of file, from real runs with the ffmpeg that is found:
 * `tsx scripts/formats-table.ts`. Takes a few minutes.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { resolveConfig } from '../src/config/load.ts';
import { VeilError } from '../src/errors.ts';
import { findBinaries } from '../src/ffmpeg/binaries.ts';
import { probe } from '../src/ffmpeg/probe.ts';
import { capture } from '../src/ffmpeg/process.ts';
import { anonymizeFile } from '../src/pipeline/file/anonymize-file.ts';
import type { Detector } from '../src/detect/detector.ts';
import { CASES } from './formats/cases.ts';
import type { FormatCase, Workshop } from './formats/format-case.ts';

const binaries = await findBinaries();
const folder = await mkdtemp(join(tmpdir(), 'veil-formats-'));

/** Sees nothing: here it is about what surrounds faces. */
const blind: Detector = {
  name: 'none',
  description: 'none',
  traits: {
    cost: 'light',
    confirmation: { seenOnce: 1, largeFace: 0, holdSeconds: 0 },
    nearLooks: [512],
    largestFace: Infinity,
  },
  detect: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};

const rows: string[] = [];
try {
  for (const [index, each] of CASES.entries()) {
    const { property, name, codec, test } = each;
    const result = await resultOf(each, join(folder, `${index}`));
    const to = each.as === undefined ? `.${endingOf(each)}` : `.${endingOf(each)}, ${each.as}`;
    rows.push(`| ${extname(name)} | ${codec} | ${property} | ${to} | ${result} | [test](../test/${test}) |`);
    process.stderr.write(`${rows.at(-1)!}\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
await writeFile(new URL('../docs/formats.md', import.meta.url), page(rows));

function endingOf({ to }: FormatCase): string {
  return to ?? 'mp4';
}

async function resultOf(each: FormatCase, at: string): Promise<string> {
  await mkdir(at);
  const workshop: Workshop = {
    at: (name) => join(at, name),
    ffmpeg: async (...args) => {
      const { code, stderr } = await capture(binaries.ffmpeg.path, [
        '-v',
        'error',
        '-y',
        '-nostdin',
        ...args,
      ]);
      if (code !== 0) throw new Error(stderr);
    },
  };
  const input = join(at, each.name);
  await each.make(workshop, input);
  const output = join(at, `out.${endingOf(each)}`);
  const video = { preset: 'ultrafast', ...(each.as === undefined ? {} : { codec: each.as }) } as const;
  try {
    const config = resolveConfig({ video, anonymizer: 'cpu' });
    const { frames, warnings, doubts } = await anonymizeFile({ input, output, config, detector: blind });
    const said = warnings.filter((warning) => !warning.startsWith('Voices are kept'));
    const isChanged = said.some((line) => !line.includes('stays HDR'));
    const word = doubts.length > 0 ? 'doubtful, exit code 3' : isChanged ? 'converted' : 'right';
    return [`**${word}**, ${await shape(output, frames)}`, ...said.map((line) => text(line, at))].join('. ');
  } catch (error) {
    if (!(error instanceof VeilError)) throw error;
    return `**refused**, \`${error.code}\`. ${text(error.message, at)}`;
  }
}

async function shape(output: string, frames: number): Promise<string> {
  if (/\.(png|jpg)$/.test(output)) return 'a photo';
  const { video, audio } = await probe(output, binaries);
  const { width, height, codec, bitDepth } = video!;
  const sound = audio.map((track) => track.codec ?? 'unknown').join(', ');
  return `${frames} frames of ${width}×${height}, ${codec}${bitDepth > 8 ? ` of ${bitDepth} bits` : ''}${sound === '' ? '' : ` and ${sound}`}`;
}

/** For a cell of the table. */
function text(line: string, at: string): string {
  return line.replaceAll(`${at}/`, '').replaceAll('|', '\\|').replaceAll('\n', ' ').replace(/\.$/, '');
}

function page(table: readonly string[]): string {
  return `# File formats

Each row is a real run, made by \`npx tsx scripts/formats-table.ts\` with ffmpeg ${binaries.ffmpeg.version}; another build may
lack a codec, and says so. The result is **right**; **converted**, with a sentence for each difference; **doubtful**, with the
reason and exit code 3; or **refused**, with a code of [errors.md](errors.md). Notes on builds and on voices are omitted here.

Transparency is never kept. h264 and h265 do not support it, and transparent areas may hide a picture that a player can show.
They become black in videos and white in photos, with a note. The exit code is 0, because nothing visible is lost. 10 bits are
kept if the chosen codec supports them (h265, vp9, av1). By default, .mp4 gets h264, which every player shows, and the note says
how to keep 10 bits.

What a Matroska or QuickTime file tells players to cut off the picture (\`PixelCrop\`, \`clap\`) is not in the output, with a note. That a
picture is one of 360° or 3D is no longer said either: players show it flat, as it is stored.

| file | codecs | property | to | result | held by |
|---|---|---|---|---|---|
${table.join('\n')}
`;
}
