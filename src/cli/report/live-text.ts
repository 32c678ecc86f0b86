import type { CurtainReason } from '../../frame/decision.ts';
import type { LiveStatus, LiveSummary, OutputSummary } from '../../frame/live-output.ts';
import type { CameraMode } from '../../source/live/camera-mode.ts';
import type { Microphone } from '../input/microphones.ts';
import type { Camera } from '../input/cameras.ts';
import { printable } from './terminal-text.ts';
import { duration } from './time-text.ts';

/** Status of a run in one line: the state first, since it matters most. */
export function statusText(status: LiveStatus): string {
  const { state, faces, fpsIn, fpsOut, latency, frames, curtained, dropped, isRecording } = status;
  const covered = frames === 0 ? 0 : (100 * curtained) / frames;
  return [
    state,
    ...(isRecording ? ['recording'] : []),
    `${faces} ${faces === 1 ? 'face' : 'faces'}`,
    `${fpsIn.toFixed(1)} in ${fpsOut.toFixed(1)} out fps`,
    ...(latency === null ? [] : [`${Math.round(latency)} ms`]),
    `${covered.toFixed(1)} % curtain`,
    ...(dropped === 0 ? [] : [`${dropped} dropped`]),
  ].join('  ');
}

/** Reasons for covering a whole frame, for users. */
const CAUSES: Readonly<Record<CurtainReason, string>> = {
  starting: 'before the first look',
  late: 'detection was late',
  gap: 'looks were too far apart',
  unobserved: 'the scene was new',
  detector: 'the detector had failed',
  cover: 'faces could not be covered',
  panic: 'by hand',
  'no-source': 'there was no picture',
  'tracks-file': 'as the tracks file says',
};

/** Limit of recorded files listed by name. */
const MOST_FILES = 5;

/** Summary of a run in several lines: frames, curtains and their reasons, failures, and each output. */
export function summaryText(summary: LiveSummary): string {
  const { framesIn, frames, dropped, tracks, latency, curtained, causes } = summary;
  const { sourceLosses, detectorFailures, outputs } = summary;
  const went = [
    duration(summary.duration),
    `${framesIn} frames in, ${frames} out, ${dropped} dropped`,
    counted(tracks, 'face'),
    ...(latency === null ? [] : [`${latency.p50} ms (95 % within ${latency.p95} ms)`]),
  ];
  const why = Object.entries(causes).map(
    ([cause, count]) => `${CAUSES[cause as CurtainReason]} ${percent(count, frames)}`,
  );
  const lost = [
    ...(sourceLosses === 0 ? [] : [`The source was lost ${times(sourceLosses)}.`]),
    ...(detectorFailures === 0 ? [] : [`The detector failed ${times(detectorFailures)}.`]),
  ];
  return [
    went.join('  '),
    ...(curtained === 0 ? [] : [`Covered as a whole: ${percent(curtained, frames)} (${why.join(', ')}).`]),
    ...(lost.length === 0 ? [] : [lost.join(' ')]),
    ...outputs.map(outputText),
    '',
  ].join('\n');
}

function outputText({ name, files, dropped, failures }: OutputSummary): string {
  const named = files.length > MOST_FILES ? [files[0]!, '…', ...files.slice(-2)] : files;
  const facts = [
    ...(files.length > 1 ? [`${files.length} files: ${named.map(printable).join(', ')}`] : []),
    ...(dropped === 0 ? [] : [`${counted(dropped, 'frame')} dropped`]),
    ...(failures === 0 ? [] : [`failed ${times(failures)}`]),
  ];
  return `${printable(files.length === 1 ? files[0]! : name)}${facts.length === 0 ? '' : `  ${facts.join('  ')}`}`;
}

function percent(count: number, of: number): string {
  return `${((100 * count) / Math.max(1, of)).toFixed(1)} %`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** Microphones, one per line below a heading. */
export function microphoneText(microphones: readonly Microphone[]): string {
  const lines = microphones.map(({ device, name }) => `  ${printable(device)}  ${printable(name)}`);
  return ['For --microphone:', ...lines].join('\n');
}

/** A camera and its modes, largest first, one line per format and size. */
export function cameraText({ device, name, problem }: Camera, modes: readonly CameraMode[]): string {
  const sizes = new Map<string, number[]>();
  const sorted = [...modes].sort((a, b) => b.width * b.height - a.width * a.height);
  for (const { format, width, height, rate } of sorted) {
    const key = `${format} ${width}x${height}`;
    sizes.set(key, [...(sizes.get(key) ?? []), ...(rate === null ? [] : [rate])]);
  }
  return [
    `${printable(device)}  ${printable(name)}${problem === null ? '' : ` (${problem})`}`,
    ...[...sizes].map(
      ([key, rates]) => `  ${printable(key)}${rates.length > 0 ? ` at ${rates.join(', ')}` : ''}`,
    ),
  ].join('\n');
}
