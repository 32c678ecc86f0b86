import type { Probe, VideoStream } from '../../ffmpeg/probe.ts';

/** The part of a file that is read, seconds; null for its start or end. */
interface ReadPart {
  readonly start: number | null;
  readonly end: number | null;
  readonly probe: Pick<Probe, 'duration'>;
}

/** Number of frames to come, as far as the file says; null if it does not. */
export function expectedFrames({ start, end, probe }: ReadPart, video: VideoStream): number | null {
  const rate = video.frameRate.num / video.frameRate.den;
  const duration = video.duration ?? probe.duration;
  if (start === null && end === null && video.frameCount !== null) return video.frameCount;
  if (duration === null) return null;
  return Math.max(1, Math.round((Math.min(end ?? duration, duration) - (start ?? 0)) * rate));
}
