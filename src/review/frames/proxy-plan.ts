import type { VideoStream } from '../../ffmpeg/probe.ts';
import { commonFilters, exactTimes, inputArgs, type DecodeOptions } from '../../source/file/decode-args.ts';

/** Size and quality of the pictures that a review shows. */
export interface ProxyPlan {
  /** Pixels, even. */
  readonly width: number;
  readonly height: number;
  /** Quantiser of JPEG, 2 (best) … 31. */
  readonly quantizer: number;
}

/** Widths to choose from, best first. */
const WIDTHS = [1280, 960, 640, 480];
/** Upper estimate of bytes per pixel in a JPEG of this quality. */
const BYTES_A_PIXEL = 0.12;
/** Upper limit for all pictures of a video. */
const MOST_BYTES = 8 * 1024 ** 3;
/** Size of the small pictures for cut detection. */
export const SMALL = { width: 96, height: 54 } as const;

/** The largest pictures with which a video of this many frames stays below the limit. */
export function planProxy(
  { width, height }: { readonly width: number; readonly height: number },
  frames: number,
): ProxyPlan {
  const sizes = WIDTHS.map((most) => fit(width, height, most));
  const size =
    sizes.find((each) => each.width * each.height * BYTES_A_PIXEL * frames <= MOST_BYTES) ?? sizes.at(-1)!;
  return { ...size, quantizer: 4 };
}

/** Fits a size to a long side of at most `most` pixels. */
function fit(width: number, height: number, most: number): { width: number; height: number } {
  const scale = Math.min(1, most / Math.max(width, height));
  return { width: even(width * scale), height: even(height * scale) };
}

function even(value: number): number {
  return Math.max(2, 2 * Math.round(value / 2));
}

/**
 * ffmpeg arguments that output each frame Veil works on twice, with its time: as a JPEG (stream 0), and small in grey
 * (stream 1).
 */
export function proxyArgs(
  options: Omit<DecodeOptions, 'lookInterval' | 'pictures'>,
  plan: ProxyPlan,
): string[] {
  const { video, fpsMode } = options;
  const graph = [
    `[0:${video.index}]${[commonFilters(options), ...options.color.frameFilters].join(',')},split=2[a][b]`,
    `[a]${jpegFilters(video, options, plan)}[picture]`,
    `[b]scale=${SMALL.width}:${SMALL.height}:flags=area,format=gray[small]`,
  ].join(';');
  return [
    ...inputArgs(options, 'error'),
    ...['-filter_complex', graph, '-map', '[picture]', '-map', '[small]'],
    ...['-c:v:0', 'mjpeg', '-q:v:0', `${plan.quantizer}`, '-c:v:1', 'rawvideo'],
    ...exactTimes(video, fpsMode),
    'pipe:1',
  ];
}

/** ffmpeg arguments that output some frames as JPEG (stream 0), by frame number, ascending. */
export function someFramesArgs(
  options: Omit<DecodeOptions, 'lookInterval' | 'pictures'>,
  plan: ProxyPlan,
  frames: readonly number[],
): string[] {
  const { video, fpsMode, color } = options;
  const chosen = frames.map((frame) => `eq(n,${frame})`).join('+');
  const filters = [commonFilters(options), ...color.frameFilters, `select='${chosen}'`];
  return [
    ...inputArgs(options, 'error'),
    ...[
      '-filter_complex',
      `[0:${video.index}]${filters.join(',')},${jpegFilters(video, options, plan)}[picture]`,
    ],
    ...['-map', '[picture]', '-c:v', 'mjpeg', '-q:v', `${plan.quantizer}`],
    ...exactTimes(video, fpsMode),
    'pipe:1',
  ];
}

/** ffmpeg arguments that output every frame of a part at full resolution, in `gbrp` (stream 0). */
export function fullFramesArgs(options: Omit<DecodeOptions, 'lookInterval' | 'pictures'>): string[] {
  const { video, shown, color, fpsMode } = options;
  const { width, height } = shown;
  const scale =
    `scale=${width}:${height}:flags=bicubic+accurate_rnd+full_chroma_int:` +
    `${matrixOf(video, color)}:${rangesOf(color)},format=gbrp`;
  const graph = [commonFilters(options), ...color.frameFilters, scale].join(',');
  return [
    ...inputArgs(options, 'error'),
    ...['-filter_complex', `[0:${video.index}]${graph}[picture]`, '-map', '[picture]', '-c:v', 'rawvideo'],
    ...exactTimes(video, fpsMode),
    'pipe:1',
  ];
}

/** Every JPEG decoder assumes BT.601 in full range. */
function jpegFilters(
  video: VideoStream,
  { color }: Pick<DecodeOptions, 'color'>,
  { width, height }: ProxyPlan,
): string {
  const matrices = `${matrixOf(video, color)}:out_color_matrix=bt601`;
  return `scale=${width}:${height}:flags=bilinear:${matrices}:${rangesOf(color)},format=yuvj420p`;
}

function matrixOf(video: VideoStream, { color: { space } }: DecodeOptions['color']): string {
  const isKnown = space !== null && space !== 'unknown';
  const is709 = isKnown ? !['smpte170m', 'bt470bg', 'fcc'].includes(space) : video.height >= 720;
  return `in_color_matrix=${is709 ? 'bt709' : 'bt601'}`;
}

function rangesOf({ color: { range } }: DecodeOptions['color']): string {
  return `in_range=${range === 'pc' ? 'pc' : 'tv'}:out_range=pc`;
}
