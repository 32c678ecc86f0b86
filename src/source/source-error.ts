import { shellWord } from '../base/shell-word.ts';
import { VeilError } from '../errors.ts';
import type { Probe, VideoStream } from '../ffmpeg/probe.ts';

/** Smallest and largest pictures, pixels. Beyond, encoders fail, and a single frame takes a tenth of a gigabyte. */
const SMALLEST = 16;
const VIDEO = { side: 8192, area: 36_000_000 };
/** Limits of JPEG, and of the largest phone sensors. */
const PHOTO = { side: 65_500, area: 210_000_000 };

/** Containers that only refer to other files, or are not recordings. */
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
 * The stream to cover, after all checks that can be made before decoding.
 *
 * @throws VeilError INPUT_NO_VIDEO, INPUT_TOO_SMALL, INPUT_TOO_LARGE, INPUT_UNSUPPORTED
 */
export function usableVideo(path: string, { video, format }: Probe): VideoStream {
  if (REFUSED.has(format)) {
    throw new VeilError('INPUT_UNSUPPORTED', `${path} is a ${format} file, not a recording.`, {
      hint: 'Give the video file itself.',
    });
  }
  if (format === 'image2' || format.endsWith('_pipe')) {
    throw new VeilError('INPUT_UNSUPPORTED', `${path} is a picture of a kind that Veil can't read.`, {
      hint: `Convert it first: ffmpeg -i ${shellWord(path)} ${shellWord(`${path}.png`)}`,
    });
  }
  if (video === null || video.codec === 'unknown') {
    throw new VeilError('INPUT_NO_VIDEO', `${path} has no picture, only sound or data.`, {
      hint: 'Veil covers faces in pictures; there is nothing to do for this file.',
    });
  }
  checkSize(path, video.width, video.height);
  // What a container cuts off is decoded all the same.
  if (video.crop !== null) checkSize(path, video.crop.of.width, video.crop.of.height);
  if (video.rotation % 90 !== 0) {
    throw new VeilError(
      'INPUT_UNSUPPORTED',
      `${path} is to be shown turned by ${Number(video.rotation.toFixed(1))}°.`,
      {
        hint: `Veil takes quarter turns only. Turn the picture itself first: ffmpeg -i ${shellWord(path)} ${shellWord(`${path}.turned.mp4`)}`,
      },
    );
  }
  return video;
}

/** @throws VeilError INPUT_TOO_SMALL, INPUT_TOO_LARGE, INPUT_NO_FRAMES for a picture without size */
export function checkSize(path: string, width: number, height: number): void {
  checkWithin(VIDEO, path, width, height);
}

/** The same for photos, which are decoded one at a time and include wide panoramas. */
export function checkPhotoSize(path: string, width: number, height: number): void {
  checkWithin(PHOTO, path, width, height);
}

function checkWithin({ side, area }: typeof VIDEO, path: string, width: number, height: number): void {
  const size = `${width}×${height}`;
  if (width === 0 || height === 0) throw noFrames(path);
  if (Math.min(width, height) < SMALLEST) {
    throw new VeilError('INPUT_TOO_SMALL', `${path} is ${size} pixels: no face fits in there.`, {
      hint: `Each side needs at least ${SMALLEST} pixels.`,
    });
  }
  if (Math.max(width, height) > side || width * height > area) {
    throw new VeilError('INPUT_TOO_LARGE', `${path} is ${size} pixels, more than Veil takes.`, {
      hint: `Scale it to at most ${side} pixels a side and ${area / 1e6} megapixels first.`,
    });
  }
}

/** A part of a file, seconds from its start, and where the picture begins and, if that is known, ends. */
interface FramelessPart {
  readonly start: number | null;
  readonly end: number | null;
  readonly begins: number;
  readonly ends: number | null;
}

/** The error for a file, or a part of it, without decodable frames. */
export function noFrames(path: string, part: FramelessPart | null = null): VeilError {
  const { start, end, begins, ends } = part ?? { start: null, end: null, begins: 0, ends: null };
  if (end !== null && end <= begins) {
    return new VeilError(
      'INPUT_NO_FRAMES',
      `${path} has no frame from ${start ?? 0} s to ${end} s: its picture begins at ${begins.toFixed(2)} s.`,
      { hint: 'Choose a later --end, after the beginning of the picture.' },
    );
  }
  if (start !== null && start > 0) {
    const until = end === null ? 'on' : `to ${end} s`;
    return new VeilError('INPUT_NO_FRAMES', `${path} has no frame from ${start} s ${until}.`, {
      hint: `Choose an earlier --start: the video ends${ends === null || ends > start ? ' before' : ` at ${ends.toFixed(2)} s`}.`,
    });
  }
  return new VeilError('INPUT_NO_FRAMES', `${path} has no frame that can be decoded.`, {
    hint: 'Play it to see whether it is damaged.',
  });
}
