import { EXIT, VeilError } from '../../errors.ts';
import { measureCoverage } from '../../eval/box-coverage.ts';
import { measureLeaks, type Exposure, type LeakReport } from '../../eval/leak-meter.ts';
import { timelineSvg } from '../../eval/timeline.ts';
import { readTruth, type Truth } from '../../eval/truth.ts';
import { findBinaries } from '../../ffmpeg/binaries.ts';
import { probe, type VideoStream } from '../../ffmpeg/probe.ts';
import { readCoveredTracks } from '../../documents/read-report.ts';
import { writeNewFile } from '../../sink/new-file.ts';
import type { Io } from '../io.ts';
import { printable } from '../report/terminal-text.ts';

/** The flags of `veil eval`. */
export interface EvalOptions {
  readonly truth: string;
  readonly output?: string;
  readonly report?: string;
  readonly timeline?: string;
  readonly overwrite?: true;
  readonly json?: true;
}

/**
 * Runs `veil eval`.
 *
 * @returns the exit code: 3 if a face is exposed, or parts of the original could not be compared
 * @throws VeilError USAGE, INPUT_…, OUTPUT_…
 */
export async function evaluate(original: string, options: EvalOptions, io: Io): Promise<number> {
  const video = await videoOf(original);
  const truth = await readTruth(options.truth, sizeOf(video));
  const result = await measure(original, video, truth, options);
  if (options.timeline !== undefined) {
    const overwrite = options.overwrite === true;
    await writeNewFile(options.timeline, timelineSvg(truth, result), {
      overwrite,
      input: original,
      kind: 'svg',
    });
  }
  io.stdout.write(options.json === true ? `${JSON.stringify(result)}\n` : table(result));
  const doubt = doubtOf(result, options);
  if (doubt !== null) io.stderr.write(`${doubt}\n`);
  return result.exposedFaceFrames > 0 || doubt !== null ? EXIT.review : EXIT.done;
}

/** Why the figures are unreliable, or null: frames are compared by number, from the first on. */
function doubtOf({ framesMissing, framesExtra }: LeakReport, { output }: EvalOptions): string | null {
  // The truth may end before its video, so a report may have more frames.
  if (framesMissing === 0 && (framesExtra === 0 || output === undefined)) return null;
  const what =
    framesMissing > 0
      ? `${framesMissing} frames of the original have none to compare with`
      : `there are ${framesExtra} frames more than in the original`;
  return `Not all of it was measured: ${what}. An output of a part (--start, --end) is measured against that part.`;
}

async function videoOf(original: string): Promise<VideoStream> {
  const { video } = await probe(original, await findBinaries());
  if (video !== null) return video;
  throw new VeilError('INPUT_NO_VIDEO', `${original} has no picture.`, {
    hint: 'Give the original video.',
  });
}

/** Displayed size. */
function sizeOf({ width, height, rotation }: VideoStream): {
  readonly width: number;
  readonly height: number;
} {
  return rotation % 180 === 90 ? { width: height, height: width } : { width, height };
}

async function measure(
  original: string,
  { frameRate }: VideoStream,
  truth: Truth,
  { output, report }: EvalOptions,
): Promise<LeakReport> {
  if ((output === undefined) === (report === undefined)) {
    throw new VeilError('USAGE', 'Give either --output or --report.', { hint: 'See veil eval --help.' });
  }
  if (output !== undefined) {
    // Report errors of the file before comparing frames.
    await probe(output, await findBinaries());
    return measureLeaks(original, output, truth);
  }
  return measureCoverage(await readCoveredTracks(report!), truth, frameRate.num / frameRate.den);
}

function table(result: LeakReport): string {
  const { byHeight, entry, overmaskShare, falseTracksPerMinute, framesMissing, framesExtra } = result;
  const rows: (readonly [string, string])[] = [
    ['faces in frames, from 16 px', exposureText(result)],
    ['people exposed', `${result.identitiesExposed} of ${result.identities}`],
    ['longest exposed run', `${result.longestRun} frames`],
    ['first 5 frames of each person', exposureText(entry)],
    ...byHeight.map(
      (height) =>
        [
          `faces of ${height.from}${height.to === null ? ' px and more' : `-${height.to} px`}`,
          exposureText(height),
        ] as const,
    ),
    [awayFromFaces(result), overmaskShare === null ? 'not measured' : percent(overmaskShare)],
    [
      'false tracks a minute',
      falseTracksPerMinute === null ? 'not measured' : falseTracksPerMinute.toFixed(1),
    ],
    ['frames', `${result.frames}, ${framesMissing} missing, ${framesExtra} too many`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}\n`).join('');
}

/** If the truth has no faces, every changed pixel was covered needlessly. */
function awayFromFaces({ byHeight }: LeakReport): string {
  return byHeight.every(({ faceFrames }) => faceFrames === 0)
    ? 'covered on face-free film'
    : 'picture changed away from faces';
}

function exposureText({ faceFrames, exposedFaceFrames }: Exposure): string {
  const share = faceFrames === 0 ? '' : ` (${percent(exposedFaceFrames / faceFrames)})`;
  return `${exposedFaceFrames} of ${faceFrames} exposed${share}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
