import { EXACT_CROP } from '../../ffmpeg/exact-crop.ts';
import type { ColorInfo } from '../../ffmpeg/probe.ts';
import { toneMapFilters } from '../../ffmpeg/tone-map.ts';
import type { PictureSize } from '../../frame/frame.ts';
import { LARGEST_STRETCH } from '../pixel-shape.ts';
import { audioOutput } from './audio-args.ts';

/**
 * Which frames have pictures: every n-th, or the first frame at least this many seconds after the last one with
 * pictures.
 */
export type SamplingRate = { readonly frames: number } | { readonly seconds: number };

export interface LiveDecodeOptions {
  /** ffmpeg's arguments of the input, including `-i`. */
  readonly input: readonly string[];
  /** Play at the speed of the timestamps, even if the input can be read faster. */
  readonly isPaced: boolean;
  /** Size of the frames, even; null: that of the source. */
  readonly size: PictureSize | null;
  /** Long sides of the pictures, largest first. */
  readonly looks: readonly number[];
  readonly lookPace: SamplingRate;
  /** Output audio, if there is any, on the fd after those of the pictures. */
  readonly hasSound: boolean;
  /** Colours of an HDR source, to convert it to SDR; none for SDR. */
  readonly hdr?: ColorInfo | null;
  /** Whether ffmpeg has `-fps_mode` (5.1 and later) instead of `-vsync`. */
  readonly fpsMode: boolean;
}

/** Time base of live frames, ticks per second. */
export const LIVE_TICKS = 1_000_000;

/**
 * Arguments of a live decoder: full frames as NUT on fd 1, pictures for looks on fd 3, 4, … All pictures are converted
 * to one format (square pixels, limited range, even size), because a live source is not probed.
 */
export function liveDecodeArgs(options: LiveDecodeOptions): string[] {
  const { input, looks, fpsMode, hasSound } = options;
  return [
    // At this log level ffmpeg describes the picture; `level` marks errors.
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'level+info'],
    ...EXACT_CROP,
    ...input,
    ...['-filter_complex', liveGraph(options)],
    ...rawOutput('full', fpsMode, 1),
    ...looks.flatMap((_, position) => rawOutput(`p${position}`, fpsMode, 3 + position)),
    ...(hasSound ? audioOutput('tick', 3 + looks.length, passthrough(fpsMode)) : []),
  ];
}

/** The filter graph; its labels are `full` and `p0`, `p1`, … */
export function liveGraph(options: LiveDecodeOptions): string {
  const { isPaced, size, looks, lookPace, hasSound, hdr = null } = options;
  const toSdr = hdr === null ? [] : toneMapFilters(hdr);
  const outputs = looks.map((_, position) => `[s${position}]`).join('');
  return [
    `[0:v:0]${[...(isPaced ? [PACE] : []), STEADY_CLOCK, ...toSdr, ...frameFilters(size)].join(',')},split=${hasSound ? 3 : 2}[full][looks]${hasSound ? '[beside]' : ''}`,
    // Select before scaling, which costs more than decoding.
    `[looks]select='${selection(lookPace)}',split=${looks.length}${outputs}`,
    ...looks.map((side, position) => `[s${position}]${pictureFilter(side)},format=rgb24[p${position}]`),
    ...(hasSound ? ['[beside]crop=2:2:0:0[tick]'] : []),
  ].join(';');
}

/**
 * If the clock of a source is set back, as cameras do when they synchronise, times continue as before. Otherwise each
 * output would correct them in its own way, and pictures would no longer match their frames.
 */
const STEADY_CLOCK = `setpts='${[
  'if(isnan(PREV_OUTPTS),PTS',
  'PREV_OUTPTS+if(gt(PTS,PREV_INPTS),PTS-PREV_INPTS',
  // Equal times: one tick later. A step back: about one frame later.
  `max(1,if(eq(PTS,PREV_INPTS),1/${LIVE_TICKS},0.03)/TB)))`,
].join(',')}'`;

/**
 * Delays each frame until its time. ffmpeg's `-re` paces packets instead: reordered frames then come too early at
 * first, and later in pairs. Gaps of more than this many seconds are skipped.
 */
const PACE = 'realtime=limit=10';

/** Fits a source that comes back in another size into the first one, because outputs can't change theirs. */
function frameFilters(size: PictureSize | null): string[] {
  const square = [
    // A false pixel aspect ratio would hide faces from the detector: at this width the decoder ends with an error.
    `scale=w='if(between(sar,${1 / LARGEST_STRETCH},${LARGEST_STRETCH}),max(2,trunc(iw*sar/2)*2),1e9)':h='max(2,trunc(ih/2)*2)':out_range=tv`,
    // At once: a filter in between may negotiate JPEG formats, which always have full range.
    'format=yuv420p',
    'setsar=1',
  ];
  if (size === null) return square;
  const { width, height } = size;
  return [
    ...square,
    `scale=${width}:${height}:force_original_aspect_ratio=decrease`,
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
    // Last, so that no later filter negotiates another format.
    'format=yuv420p',
  ];
}

function selection(pace: SamplingRate): string {
  if ('frames' in pace) return `not(mod(n,${pace.frames}))`;
  // Also if the source's clock jumps back.
  return `isnan(prev_selected_t)+gte(abs(t-prev_selected_t),${pace.seconds})`;
}

/** The requested long side, but at most twice the frame's. */
function pictureFilter(side: number): string {
  const scale = `min(2,${side}/max(iw,ih))`;
  return `scale=w='max(1,round(iw*${scale}))':h='max(1,round(ih*${scale}))':flags=bilinear`;
}

function rawOutput(label: string, fpsMode: boolean, fd: number): string[] {
  return [
    // Frame threading would hold back one frame per thread.
    ...['-map', `[${label}]`, '-c:v', 'rawvideo', '-threads', '1'],
    ...passthrough(fpsMode),
    ...['-enc_time_base', `1/${LIVE_TICKS}`],
    ...['-map_metadata', '-1', '-fflags', '+bitexact'],
    // An index would grow with the length of the run; and a frame that waits in a buffer is late.
    ...['-f', 'nut', '-write_index', '0', '-flush_packets', '1', `pipe:${fd}`],
  ];
}

/** Every frame keeps its time, and is neither duplicated nor dropped. */
function passthrough(fpsMode: boolean): string[] {
  return fpsMode ? ['-fps_mode:v', 'passthrough'] : ['-vsync', 'passthrough'];
}
