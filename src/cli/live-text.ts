import type { LiveStatus } from '../frame/live.ts';
import type { CameraMode } from '../source/live/camera-mode.ts';
import type { Camera } from './cameras.ts';
import { printable } from './terminal-text.ts';

/** How a run is doing, on a line: the state first, since it is what matters. */
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

/** A camera and what it offers, largest first, one line for each format and size. */
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
