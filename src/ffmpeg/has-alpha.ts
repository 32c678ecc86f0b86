import type { VideoStream } from './probe.ts';

/** Pixel formats with alpha, in ffmpeg's names. */
const WITH_ALPHA = /^(?:yuva|gbrap|rgba|bgra|argb|abgr|ya\d|ayuv)/;

/** Whether parts of a picture may be transparent. VP8 and VP9 keep that in a stream of their own, and say so in a tag. */
export function hasAlpha({ pixelFormat, tags }: Pick<VideoStream, 'pixelFormat' | 'tags'>): boolean {
  return WITH_ALPHA.test(pixelFormat) || tags['alpha_mode'] === '1';
}

/** The format of the same picture as if nothing of it were transparent. */
export function withoutAlpha(pixelFormat: string): string {
  if (!WITH_ALPHA.test(pixelFormat)) return pixelFormat;
  return /^(?:yuva|ayuv)/.test(pixelFormat) ? 'yuv444p' : pixelFormat.startsWith('ya') ? 'gray' : 'rgb24';
}
