import type { ColorInfo } from '../../ffmpeg/probe.ts';
import { toneMapFilters } from '../../ffmpeg/tone-map.ts';
import type { PictureSize } from '../file/decode-args.ts';
import { LARGEST_STRETCH } from '../pixel-shape.ts';
import { audioOutput } from './audio-args.ts';

/**
 * Of which frames pictures are made: of every n-th, or of those that were captured so many seconds after the last one
 * of which some were made.
 */
export type SamplingRate = { readonly frames: number } | { readonly seconds: number };

export interface LiveDecodeOptions {
  /** ffmpeg's arguments of the input, with `-i`. */
  readonly input: readonly string[];
  /** Play at the speed of the timestamps, although it could be read faster. */
  readonly isPaced: boolean;
  /** Size of the frames, even, or null to take the source's. */
  readonly size: PictureSize | null;
  /** Long sides of the pictures, largest first. */
  readonly looks: readonly number[];
  readonly lookPace: SamplingRate;
  /** Take sound, if there is any, on the fd after those of the pictures. */
  readonly hasSound: boolean;
  /** How an HDR source becomes light, so that it is made SDR; none for SDR. */
  readonly hdr?: ColorInfo | null;
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
  const { input, looks, fpsMode, hasSound } = options;
  return [
    // It says what the picture is at the level of infos, and what is an error by the level.
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'level+info'],
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
    // Before they are scaled, which costs more than decoding.
    `[looks]select='${selection(lookPace)}',split=${looks.length}${outputs}`,
    ...looks.map((side, position) => `[s${position}]${pictureFilter(side)},format=rgb24[p${position}]`),
    ...(hasSound ? ['[beside]crop=2:2:0:0[tick]'] : []),
  ].join(';');
}

/**
 * Where the clock of a source is set back, as cameras do that learn what time it is, its times go on as if it had not
 * been. Else each output would mend them in its own way, and no picture for a look would be known to be of its frame.
 */
const STEADY_CLOCK = `setpts='${[
  'if(isnan(PREV_OUTPTS),PTS',
  'PREV_OUTPTS+if(gt(PTS,PREV_INPTS),PTS-PREV_INPTS',
  // Twice the same: as little as can be told apart. Else what lies between two frames, about.
  `max(1,if(eq(PTS,PREV_INPTS),1/${LIVE_TICKS},0.03)/TB)))`,
].join(',')}'`;

/**
 * Each frame at its time. ffmpeg's `-re` paces packets instead: frames that are stored in another order come too early
 * at first, then in pairs. A gap of more than so many seconds is passed over.
 */
const PACE = 'realtime=limit=10';

/** A source that comes back in another size is fitted into the first one: the outputs can't change theirs. */
function frameFilters(size: PictureSize | null): string[] {
  const square = [
    // A false shape of pixels would hide faces from the detector: the decoder ends at a width that it refuses.
    `scale=w='if(between(sar,${1 / LARGEST_STRETCH},${LARGEST_STRETCH}),max(2,trunc(iw*sar/2)*2),1e9)':h='max(2,trunc(ih/2)*2)':out_range=tv`,
    // At once: a filter between them may ask for JPEG's formats, which have full range whatever they are told.
    'format=yuv420p',
    'setsar=1',
  ];
  if (size === null) return square;
  const { width, height } = size;
  return [
    ...square,
    `scale=${width}:${height}:force_original_aspect_ratio=decrease`,
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
    // Last, or what comes after could ask these filters for another.
    'format=yuv420p',
  ];
}

function selection(pace: SamplingRate): string {
  if ('frames' in pace) return `not(mod(n,${pace.frames}))`;
  // Also where the source's clock jumps back.
  return `isnan(prev_selected_t)+gte(abs(t-prev_selected_t),${pace.seconds})`;
}

/** The long side as asked for, but never more than twice the frame's. */
function pictureFilter(side: number): string {
  const scale = `min(2,${side}/max(iw,ih))`;
  return `scale=w='max(1,round(iw*${scale}))':h='max(1,round(ih*${scale}))':flags=bilinear`;
}

function rawOutput(label: string, fpsMode: boolean, fd: number): string[] {
  return [
    // With more threads each works on a frame of its own, and a frame leaves only when as many more have come.
    ...['-map', `[${label}]`, '-c:v', 'rawvideo', '-threads', '1'],
    ...passthrough(fpsMode),
    ...['-enc_time_base', `1/${LIVE_TICKS}`],
    ...['-map_metadata', '-1', '-fflags', '+bitexact'],
    // An index would grow for as long as the source runs; and a frame that waits in a buffer is late.
    ...['-f', 'nut', '-write_index', '0', '-flush_packets', '1', `pipe:${fd}`],
  ];
}

/** Every frame leaves with its time: none doubled, none dropped. */
function passthrough(fpsMode: boolean): string[] {
  return fpsMode ? ['-fps_mode:v', 'passthrough'] : ['-vsync', 'passthrough'];
}
