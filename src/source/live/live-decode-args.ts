import type { PictureSize } from '../decode-args.ts';

export interface LiveDecodeOptions {
  /** ffmpeg's arguments of the input, with `-i`. */
  readonly input: readonly string[];
  /** Size of the frames, even, or null to take the source's. */
  readonly size: PictureSize | null;
  /** Long sides of the pictures, largest first. */
  readonly looks: readonly number[];
  /** Whether ffmpeg has `-fps_mode` (5.1 and later) instead of `-vsync`. */
  readonly fpsMode: boolean;
}

/** Ticks a second in which live frames are counted. */
export const LIVE_TICKS = 1_000_000;

/**
 * The arguments of a live decoder: full frames as NUT on fd 1, pictures for looks on fd 3, 4, … Every picture of a
 * source becomes one kind (square pixels, limited range, even size), because what is not probed is not known.
 */
export function liveDecodeArgs(options: LiveDecodeOptions): string[] {
  const { input, looks, fpsMode } = options;
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'error'],
    ...input,
    ...['-filter_complex', liveGraph(options)],
    ...rawOutput('full', fpsMode, 1),
    ...looks.flatMap((_, position) => rawOutput(`p${position}`, fpsMode, 3 + position)),
  ];
}

/** The filter graph; its labels are `full` and `p0`, `p1`, … */
export function liveGraph({ size, looks }: LiveDecodeOptions): string {
  const outputs = looks.map((_, position) => `[s${position}]`).join('');
  return [
    // Of every frame: a filter that selects some would hold each back until the next selected one comes.
    `[0:v:0]${frameFilters(size).join(',')},split=${1 + looks.length}[full]${outputs}`,
    ...looks.map((side, position) => `[s${position}]${pictureFilter(side)},format=rgb24[p${position}]`),
  ].join(';');
}

/** A source that comes back in another size is fitted into the first one: the outputs can't change theirs. */
function frameFilters(size: PictureSize | null): string[] {
  const square = "scale=w='max(2,trunc(iw*sar/2)*2)':h='max(2,trunc(ih/2)*2)':out_range=tv";
  if (size === null) return [square, 'format=yuv420p', 'setsar=1'];
  const { width, height } = size;
  return [
    square,
    'format=yuv420p',
    'setsar=1',
    `scale=${width}:${height}:force_original_aspect_ratio=decrease`,
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
  ];
}

/** The long side as asked for, but never more than twice the frame's. */
function pictureFilter(side: number): string {
  const scale = `min(2,${side}/max(iw,ih))`;
  return `scale=w='max(1,round(iw*${scale}))':h='max(1,round(ih*${scale}))':flags=bilinear`;
}

function rawOutput(label: string, fpsMode: boolean, fd: number): string[] {
  return [
    ...['-map', `[${label}]`, '-c:v', 'rawvideo'],
    ...(fpsMode ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough']),
    ...['-enc_time_base', `1/${LIVE_TICKS}`],
    ...['-map_metadata', '-1', '-fflags', '+bitexact'],
    // An index would grow for as long as the source runs; and a frame that waits in a buffer is late.
    ...['-f', 'nut', '-write_index', '0', '-flush_packets', '1', `pipe:${fd}`],
  ];
}
