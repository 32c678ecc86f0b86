/** Veil on the sample film, checked against the truth about every face in it: `npm run demo`. */
import { access, mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { resolveConfig } from '../src/config/load.ts';
import { EXIT, exitCodeOf, VeilError } from '../src/errors.ts';
import { measureLeaks, type PixelReport } from '../src/eval/leak-meter.ts';
import { readTruth } from '../src/eval/truth.ts';
import { anonymizeFile } from '../src/pipeline/file/anonymize-file.ts';
import type { Progress } from '../src/pipeline/file/run-record.ts';
import type { FileResult } from '../src/pipeline/file/write-covered.ts';
import { makeSample, samplePaths } from './make-sample.ts';

const OUT = join(import.meta.dirname, '../out');

/** Makes the sample if missing, covers it, measures and prints the result. Returns the exit code. */
async function demo(): Promise<number> {
  const sample = samplePaths();
  if (!(await exists(sample.video)) || !(await exists(sample.truth))) {
    say('Making the sample film …');
    await makeSample(sample);
  }
  await mkdir(OUT, { recursive: true });
  const output = join(OUT, 'sample.veil.mp4');
  const reportPath = join(OUT, 'sample.veil.report.json');
  say(`Covering the faces in ${shown(sample.video)} …`);
  const result = await anonymizeFile({
    input: sample.video,
    output,
    config: resolveConfig({ overwrite: true }),
    reportPath,
    onProgress: progressLine(),
  });
  say('Comparing with the truth …');
  const leaks = await measureLeaks(sample.video, output, await readTruth(sample.truth));
  tell(result, leaks);
  return leaks.exposedFaceFrames === 0 && leaks.framesMissing === 0 && leaks.framesExtra === 0
    ? EXIT.done
    : EXIT.failed;
}

function tell(result: FileResult, leaks: PixelReport): void {
  const covered = leaks.faceFrames - leaks.exposedFaceFrames;
  say('');
  say(`output    ${shown(result.output)}`);
  if (result.reportPath !== null) say(`report    ${shown(result.reportPath)}`);
  say(`speed     ${(result.frames / result.elapsed).toFixed(1)} frames a second (${result.frames} frames)`);
  say(`covered   ${covered} of ${leaks.faceFrames} faces in frames, ${leaks.identities} people in shots`);
  say(`changed   ${(leaks.overmaskShare * 100).toFixed(2)} % of the picture away from any face`);
  for (const warning of result.warnings) say(`note      ${warning}`);
  if (result.uncertain.length > 0) say(`review    ${result.uncertain.length} spans, listed in the report`);
  if (leaks.framesMissing + leaks.framesExtra > 0) {
    say(`frames    ${leaks.framesMissing} missing, ${leaks.framesExtra} too many`);
  }
  for (const { id, frame, box } of leaks.exposed.slice(0, 10)) {
    say(`EXPOSED   face ${id} in frame ${frame} at ${Math.round(box.x)}, ${Math.round(box.y)}`);
  }
  if (leaks.exposedFaceFrames > 0) {
    say(
      `EXPOSED   ${leaks.exposedFaceFrames} in all, ${leaks.identitiesExposed} people, ${leaks.longestRun} frames in a row`,
    );
  } else say('No face is exposed.');
}

/** A line now and then, so that it can be read in a log as well. */
function progressLine(): (progress: Progress) => void {
  let next = 5;
  return ({ framesDone, framesTotal, elapsed }) => {
    if (elapsed < next) return;
    next = elapsed + 5;
    say(`  ${framesDone} of ${framesTotal ?? '?'} frames`);
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function shown(path: string): string {
  return relative(process.cwd(), path);
}

function say(line: string): void {
  console.log(line);
}

try {
  process.exitCode = await demo();
} catch (error) {
  if (!(error instanceof VeilError)) throw error;
  console.error(`${error.code}: ${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`);
  process.exitCode = exitCodeOf(error);
}
