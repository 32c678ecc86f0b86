import type { Probe, VideoStream } from '../../ffmpeg/probe.ts';

/** Tolerance for rounding, and for audio that is longer than the picture, seconds. */
const SLACK = { stream: 0.2, file: 0.5 };

/** Larger losses are refused, in seconds or as a share. Smaller ones are end frames that a recorder did not write. */
const SEVERE = { seconds: 1.5, share: 0.02 };

/** The missing part at the end of a file. */
export interface Loss {
  /** Stated duration, seconds from the start of the file. */
  readonly total: number;
  /** Whether the file is refused. */
  readonly isSevere: boolean;
  /** Whether the file states the duration of its picture; otherwise only the audio may be longer. */
  readonly isOfPicture: boolean;
}

/**
 * Compares the decoded frames with the file's statements: duration of the picture, number of frames, or duration of the
 * whole file. The last may be that of the audio, so it proves a loss only in a file without audio.
 *
 * @param lastTime of the last frame, seconds from the start of the file
 * @param isDamaged whether the decoder reported damage: then the duration of the picture may have been computed from what is
 *   left of it, and audio that is longer makes a loss likely
 */
export function lossAtEnd(
  { format, duration: ofFile, startTime, audio }: Pick<Probe, 'format' | 'duration' | 'startTime' | 'audio'>,
  video: Pick<VideoStream, 'duration' | 'frameCount' | 'frameRate' | 'tags'>,
  frames: number,
  lastTime: number,
  isDamaged = false,
): Loss | null {
  const frame = video.frameRate.den / video.frameRate.num;
  // Stated Matroska durations may include the start time, depending on the program that wrote them: assume they do. In ASF
  // they do.
  const isAsf = format === 'asf';
  const late = isAsf || format.includes('matroska') ? Math.max(0, startTime) : 0;
  // For a truncated AVI, ffprobe computes the duration from the rest; the header still has the number of all frames.
  const counted = format === 'avi' && video.frameCount !== null ? video.frameCount * frame : 0;
  // In ASF the duration of a stream is that of the file, audio included; in Matroska, ffprobe may take it for that.
  const ofStream = isAsf && audio.length > 0 ? null : video.duration;
  const tagged = taggedDuration(video.tags, late);
  const duration = format.includes('matroska') ? (tagged ?? ofStream) : (ofStream ?? tagged);
  const stated = duration === null ? null : Math.max(duration, counted) - (isAsf ? late : 0);
  // For ASF, ffprobe adds the start of a stream to that.
  const whole = isAsf ? (video.duration ?? ofFile) : ofFile;
  const beforeEnd = (whole ?? 0) - late - lastTime - frame;
  const seconds =
    stated !== null
      ? Math.min(stated - frames * frame, stated - lastTime - frame)
      : video.frameCount !== null
        ? (video.frameCount - frames) * frame
        : beforeEnd;
  const isOfPicture = stated !== null || video.frameCount !== null;
  if (seconds <= Math.max(isOfPicture ? SLACK.stream : SLACK.file, 2 * frame)) {
    if (!isDamaged || audio.length === 0 || beforeEnd <= SLACK.file) return null;
    return { total: lastTime + frame + beforeEnd, isSevere: false, isOfPicture: true };
  }
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
