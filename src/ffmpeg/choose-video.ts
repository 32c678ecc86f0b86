import type { Binaries } from './binaries.ts';
import { listPackets, type Packet } from './packets.ts';
import type { VideoStream } from './streams.ts';

/** A picture stream besides the video: another camera, or thumbnails. */
export interface FurtherVideo {
  readonly video: VideoStream;
  /** Number of displayed packets. */
  readonly packets: number;
  /** Seconds from the first of them to the end of the last. */
  readonly seconds: number;
}

/** The picture streams of a file. */
export interface VideoChoice {
  readonly video: VideoStream | null;
  readonly furtherVideos: readonly FurtherVideo[];
}

/** A stream with this share of the longest one's time and packets counts as equally long. */
const AS_LONG = { seconds: 0.9, packets: 0.5 };

/**
 * Chooses the video among several streams: the one that plays longest; of equals the largest, then the first. Stated
 * durations may be wrong, so it counts packets.
 *
 * @throws VeilError INTERRUPTED
 */
export async function chooseVideo(
  path: string,
  videos: readonly VideoStream[],
  binaries: Pick<Binaries, 'ffprobe'>,
  signal?: AbortSignal,
): Promise<VideoChoice> {
  if (videos.length < 2) return { video: videos[0] ?? null, furtherVideos: [] };
  const options = ['-select_streams', 'v'];
  // For a file that can't be read to its end, decoding reports the error or a doubt.
  const packets = await listPackets(path, binaries, { options, signal });
  const lengths = lengthsOf(videos, packets ?? []);
  const longest = Math.max(...lengths.map(({ seconds }) => seconds));
  const most = Math.max(...lengths.map((length) => length.packets));
  const [main] = lengths
    .filter(({ seconds, packets: count }) => seconds >= AS_LONG.seconds * longest || count === most)
    .filter((length) => length.packets >= AS_LONG.packets * most)
    .sort((a, b) => areaOf(b.video) - areaOf(a.video));
  return { video: main!.video, furtherVideos: lengths.filter((length) => length !== main) };
}

function lengthsOf(videos: readonly VideoStream[], packets: Iterable<Packet>): FurtherVideo[] {
  const spans = new Map(videos.map(({ index }) => [index, { packets: 0, from: Infinity, to: -Infinity }]));
  for (const { stream, time, duration, isHidden } of packets) {
    const span = spans.get(stream);
    if (span === undefined || isHidden) continue;
    span.packets += 1;
    if (time === null) continue;
    span.from = Math.min(span.from, time);
    span.to = Math.max(span.to, time + (duration ?? 0));
  }
  return videos.map((video) => {
    const { packets: count, from, to } = spans.get(video.index)!;
    const counted = (count * video.frameRate.den) / video.frameRate.num;
    return { video, packets: count, seconds: to > from ? to - from : counted };
  });
}

function areaOf({ width, height }: VideoStream): number {
  return width * height;
}
