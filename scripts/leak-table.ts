/**
 * What a viewer could still see, clip by clip, with the default options: `npx tsx scripts/leak-table.ts [crowd|FILE.onnx …]`.
 * Needs the evaluation set beside the checkout.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { resolveConfig } from '../src/config/load.ts';
import { measureLeaks } from '../src/eval/leak-meter.ts';
import { readTruth } from '../src/eval/truth.ts';
import { anonymizeFile } from '../src/pipeline/anonymize-file.ts';
import { createConfiguredDetector } from '../src/pipeline/find-in-media.ts';
import { evaluationFile } from './bench/clips.ts';

const clips = evaluationFile('clips');
if (clips === null) {
  console.log('Skipped: the evaluation set is not there.');
  process.exit(0);
}
const folder = await mkdtemp(join(tmpdir(), 'veil-leaks-'));
try {
  const names = (await readdir(clips)).filter((name) => name.endsWith('.truth.json'));
  const detectors = process.argv.length > 2 ? process.argv.slice(2) : ['crowd'];
  for (const detector of detectors) await table(clips, names, detector);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function table(clips: string, truths: readonly string[], name: string): Promise<void> {
  const config = resolveConfig({ detector: name, overwrite: true });
  const detector = await createConfiguredDetector(config);
  console.log(`\n${basename(name)} (${detector.description})\n`);
  console.log('| clip | face-frames | exposed | people exposed | longest run | changed away from faces |');
  console.log('|---|---|---|---|---|---|');
  const videos = await readdir(clips);
  for (const truthName of truths) {
    const clip = truthName.replace('.truth.json', '');
    const input = join(
      clips,
      videos.find((file) => file.startsWith(`${clip}.`) && !file.endsWith('.json'))!,
    );
    const output = join(folder, `${clip}.mp4`);
    await anonymizeFile({ input, output, config, detector });
    const leaks = await measureLeaks(input, output, await readTruth(join(clips, truthName)));
    console.log(
      `| ${clip} | ${leaks.faceFrames} | ${leaks.exposedFaceFrames} (${percent(leaks.exposedFaceFrames / leaks.faceFrames)}) ` +
        `| ${leaks.identitiesExposed} of ${leaks.identities} | ${leaks.longestRun} | ${percent(leaks.overmaskShare)} |`,
    );
  }
  await detector.close();
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
