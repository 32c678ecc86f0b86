import { VeilError } from '../errors.ts';
import type { Probe, VideoStream } from '../ffmpeg/probe.ts';

/** Smallest and largest pictures, pixels. Beyond, encoders fail and one frame alone takes a tenth of a gigabyte. */
const SMALLEST = 16;
const LARGEST_SIDE = 8192;
const LARGEST_AREA = 36_000_000;

/** Containers that only point at other files, or are no recordings. */
const REFUSED = new Set([
  'hls',
  'dash',
  'concat',
  'sdp',
  'lavfi',
  'tty',
  'ffmetadata',
  'srt',
  'ass',
  'webvtt',
]);

/**
 * The stream to cover, once everything that would fail later has been looked at.
 *
 * @throws VeilError INPUT_NO_VIDEO, INPUT_TOO_SMALL, INPUT_TOO_LARGE, INPUT_UNSUPPORTED
 */
export function usableVideo(path: string, { video, format }: Probe): VideoStream {
  if (REFUSED.has(format)) {
    throw new VeilError('INPUT_UNSUPPORTED', `${path} is a ${format} file, not a recording.`, {
      hint: 'Give the video file itself.',
    });
  }
  if (video === null || video.codec === 'unknown') {
    throw new VeilError('INPUT_NO_VIDEO', `${path} has no picture, only sound or data.`, {
      hint: 'Veil covers faces in pictures; there is nothing to do for this file.',
    });
  }
  checkSize(path, video.width, video.height);
  if (video.rotation % 90 !== 0) {
    throw new VeilError('INPUT_UNSUPPORTED', `${path} is to be shown turned by ${video.rotation}°.`, {
      hint: 'Veil takes quarter turns only. Turn the picture itself first: ffmpeg -i INPUT turned.mp4',
    });
  }
  return video;
}

/** @throws VeilError INPUT_TOO_SMALL, INPUT_TOO_LARGE, INPUT_NO_FRAMES for a picture without size */
export function checkSize(path: string, width: number, height: number): void {
  const size = `${width}×${height}`;
  if (width === 0 || height === 0) throw noFrames(path);
  if (Math.min(width, height) < SMALLEST) {
    throw new VeilError('INPUT_TOO_SMALL', `${path} is ${size} pixels: no face fits in there.`, {
      hint: `Each side needs at least ${SMALLEST} pixels.`,
    });
  }
  if (Math.max(width, height) > LARGEST_SIDE || width * height > LARGEST_AREA) {
    throw new VeilError('INPUT_TOO_LARGE', `${path} is ${size} pixels, more than Veil takes.`, {
      hint: `Scale it to at most ${LARGEST_SIDE} pixels a side and ${LARGEST_AREA / 1e6} megapixels first.`,
    });
  }
}

/** A file in which the decoder found no frame. */
export function noFrames(path: string, start: number | null = null): VeilError {
  if (start !== null && start > 0) {
    return new VeilError('INPUT_NO_FRAMES', `${path} has no frame from ${start} s on.`, {
      hint: 'Choose an earlier --start, before the end of the video.',
    });
  }
  return new VeilError('INPUT_NO_FRAMES', `${path} has no frame that can be decoded.`, {
    hint: 'Play it to see whether it is damaged.',
  });
}
