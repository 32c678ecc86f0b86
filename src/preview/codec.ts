import type { ColorInfo } from '../ffmpeg/probe.ts';
import type { PixelFormat } from '../frame/frame.ts';

/** `h264` needs WebCodecs in the browser, `jpeg` works everywhere. */
export type Codec = 'h264' | 'jpeg';

/** Quality, and thereby cost, of a preview; see {@link QUALITIES}. */
export interface Quality {
  /** Maximum width, pixels. */
  readonly width: number;
  /** Constant rate factor of H.264. */
  readonly crf: number;
  /** Quantiser of JPEG, 2 (best) … 31. */
  readonly quantizer: number;
  /** Only every n-th frame is shown. */
  readonly every: number;
}

/** By step of the overload ladder: first quality drops, then rate. */
export const QUALITIES: readonly Quality[] = [
  { width: 1280, crf: 23, quantizer: 4, every: 1 },
  { width: 960, crf: 28, quantizer: 7, every: 1 },
  { width: 640, crf: 30, quantizer: 9, every: 2 },
  { width: 480, crf: 32, quantizer: 12, every: 5 },
];

/** The input of an encoder. */
export interface RawVideo {
  readonly format: PixelFormat;
  readonly width: number;
  readonly height: number;
  /** Approximate frames per second, which determines the key frame interval. */
  readonly frameRate: number;
  readonly color: Pick<ColorInfo, 'range' | 'space'>;
}

/** Key frame interval of H.264: the longest wait of a page that is new, or has lost a frame. */
const KEY_SECONDS = 0.5;

/**
 * Arguments of an ffmpeg that takes raw frames on standard input and outputs one packet for each, at once: H.264 in
 * FLV, JPEG in a multipart stream. Both state the length of a packet in advance, so that none waits for the next.
 */
export function encoderArgs(
  codec: Codec,
  video: RawVideo,
  quality: Quality,
  features: { readonly fpsMode: boolean },
): string[] {
  return [
    ...['-hide_banner', '-v', 'error', '-nostdin'],
    // Not `-fflags nobuffer`: it drops the first frame, so that each packet would be taken for the previous frame.
    ...['-f', 'rawvideo', '-pix_fmt', video.format, '-video_size', `${video.width}x${video.height}`],
    ...['-framerate', `${video.frameRate / quality.every}`, '-i', 'pipe:0'],
    ...['-an', '-vf', filters(codec, video, quality).join(',')],
    ...(features.fpsMode ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough']),
    ...(codec === 'h264' ? h264Args(video, quality) : jpegArgs(quality)),
    ...['-flush_packets', '1', '-f', codec === 'h264' ? 'flv' : 'mpjpeg', 'pipe:1'],
  ];
}

function filters(codec: Codec, video: RawVideo, quality: Quality): string[] {
  const matrix = matrixOf(video);
  const width = even(Math.min(video.width, quality.width));
  const height = even((video.height * width) / video.width);
  const size = `${width}:${height}:flags=fast_bilinear:in_range=${rangeOf(video)}`;
  if (codec === 'h264') return [`scale=${size}:out_range=tv`, 'format=yuv420p'];
  // Every JPEG decoder assumes BT.601 in full range; H.264 has tags. The filter in between expects limited range and an
  // even height: with an odd one it writes a line beyond its memory.
  return matrix === 'bt709'
    ? [
        `scale=${size}:out_range=tv`,
        'colormatrix=bt709:bt601',
        'scale=in_range=tv:out_range=pc',
        'format=yuvj420p',
      ]
    : [`scale=${size}:out_range=pc`, 'format=yuvj420p'];
}

function h264Args(video: RawVideo, { crf, every }: Quality): string[] {
  const matrix = matrixOf(video) === 'bt709' ? 'bt709' : 'smpte170m';
  const keyInterval = Math.max(1, Math.round((video.frameRate / every) * KEY_SECONDS));
  return [
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
    ...['-crf', `${crf}`, '-maxrate', '6M', '-bufsize', '2M', '-threads', '2'],
    ...['-g', `${keyInterval}`, '-bf', '0', '-sc_threshold', '0'],
    ...['-color_range', 'tv', '-colorspace', matrix, '-color_primaries', matrix, '-color_trc', matrix],
  ];
}

function jpegArgs({ quantizer }: Quality): string[] {
  // Frame threading would make every frame wait for the next.
  return ['-c:v', 'mjpeg', '-threads', '1', '-q:v', `${quantizer}`];
}

/** If the source does not state it, what players assume: by height. */
function matrixOf({ color, height }: RawVideo): 'bt601' | 'bt709' {
  if (color.space === null || color.space === 'unknown') return height >= 720 ? 'bt709' : 'bt601';
  return ['smpte170m', 'bt470bg', 'fcc'].includes(color.space) ? 'bt601' : 'bt709';
}

function rangeOf({ color }: RawVideo): 'pc' | 'tv' {
  return color.range === 'pc' ? 'pc' : 'tv';
}

function even(value: number): number {
  return Math.max(2, 2 * Math.round(value / 2));
}
