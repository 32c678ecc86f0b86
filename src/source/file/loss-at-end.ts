import type { Probe, VideoStream } from '../../ffmpeg/probe.ts';

/** Rounding, and sound that goes on a little after the picture. */
const SLACK = { stream: 0.2, file: 0.5 };

/** What is refused: more seconds, or a larger share, than end frames that a recorder had not written yet. */
const SEVERE = { seconds: 1.5, share: 0.02 };

/** The part that is missing at the end of a file. */
export interface Loss {
  /** Seconds that the file states, from its start. */
  readonly total: number;
  /** Whether to refuse it. */
  readonly isSevere: boolean;
  /** Whether the file states it of its picture; else its sound may be what goes on until then. */
  readonly isOfPicture: boolean;
}

/**
 * Compares what was decoded with what the file states: the duration of its picture, its frames, or the duration of the
 * whole file. The last may be that of the sound, so it proves a loss only where there is none.
 *
 * @param lastTime of the last frame, seconds from the start of the file
 */
export function lossAtEnd(
  { format, duration, startTime, audio }: Pick<Probe, 'format' | 'duration' | 'startTime' | 'audio'>,
  video: Pick<VideoStream, 'duration' | 'frameCount' | 'frameRate' | 'tags'>,
  frames: number,
  lastTime: number,
): Loss | null {
  const frame = video.frameRate.den / video.frameRate.num;
  // Matroska states where something ends, or how long it is, as the program likes that wrote it: no end is later than this.
  const late = format.includes('matroska') ? Math.max(0, startTime) : 0;
  const stated = video.duration ?? taggedDuration(video.tags, late);
  const seconds =
    stated !== null
      ? Math.min(stated - frames * frame, stated - lastTime - frame)
      : video.frameCount !== null
        ? (video.frameCount - frames) * frame
        : (duration ?? 0) - late - lastTime - frame;
  const isOfPicture = stated !== null || video.frameCount !== null;
  if (seconds <= Math.max(isOfPicture ? SLACK.stream : SLACK.file, 2 * frame)) return null;
  const total = lastTime + frame + seconds;
  const isSevere = isOfPicture
    ? seconds > Math.max(SEVERE.seconds, total * SEVERE.share)
    : audio.length === 0 && seconds > total / 2;
  return { total, isSevere, isOfPicture };
}

/** Matroska states durations of streams in tags, `00:00:04.000000000`. */
function taggedDuration(tags: Readonly<Record<string, string>>, late: number): number | null {
  const match = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(tags['duration'] ?? '');
  return match === null ? null : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) - late;
}
