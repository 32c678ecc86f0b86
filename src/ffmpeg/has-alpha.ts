import type { VideoStream } from './streams.ts';

/** Pixel formats with alpha, in ffmpeg's names. */
const WITH_ALPHA = /^(?:yuva|gbrap|rgba|bgra|argb|abgr|ya\d|yaf|ayuv|vuya|uyva)/;

/** Codecs whose palettes may contain transparent colours. */
const ALPHA_IN_PALETTE: ReadonlySet<string> = new Set(['png', 'apng', 'gif']);

/** Whether a picture may have transparent parts. VP8 and VP9 store alpha in a separate stream, and a tag shows that. */
export function hasAlpha({
  codec,
  pixelFormat,
  tags,
}: Pick<VideoStream, 'codec' | 'pixelFormat' | 'tags'>): boolean {
  const isInPalette = pixelFormat === 'pal8' && ALPHA_IN_PALETTE.has(codec);
  return isInPalette || WITH_ALPHA.test(pixelFormat) || tags['alpha_mode'] === '1';
}

/** The stream without its alpha. */
export function withoutAlpha(video: VideoStream): VideoStream {
  return { ...video, tags: {}, pixelFormat: withoutPlane(video.pixelFormat) };
}

function withoutPlane(pixelFormat: string): string {
  if (pixelFormat === 'pal8') return 'rgb24';
  if (!WITH_ALPHA.test(pixelFormat)) return pixelFormat;
  if (/^ya[\df]/.test(pixelFormat)) return 'gray';
  return /^(?:yuva|ayuv|vuya|uyva)/.test(pixelFormat) ? 'yuv444p' : 'rgb24';
}
