import { hasAlpha } from '../../ffmpeg/has-alpha.ts';
import type { Probe, VideoStream } from '../../ffmpeg/probe.ts';
import type { InputReading, VideoReading } from '../../frame/input-reading.ts';

/** Facts about a video file for the report. No tags: they may contain names of people and places. */
export function readingOf(facts: Probe, video: VideoStream): InputReading {
  return {
    format: facts.format,
    bytes: facts.size,
    duration: facts.duration,
    video: videoReading(facts, video),
    audio: facts.audio.map(({ index, codec, channels, language, startTime }) => ({
      stream: index,
      codec,
      channels,
      language,
      offset: rounded(startTime - video.startTime),
    })),
  };
}

function videoReading({ videos }: Probe, video: VideoStream): VideoReading {
  const { width, height, rotation, crop, sampleAspectRatio, frameRate, color } = video;
  const stored = crop?.of ?? video;
  const isTurned = rotation % 180 === 90;
  const [num, den] = isTurned
    ? [sampleAspectRatio.den, sampleAspectRatio.num]
    : [sampleAspectRatio.num, sampleAspectRatio.den];
  return {
    stream: video.index,
    codec: video.codec,
    of: videos.length,
    stored: `${stored.width}x${stored.height}`,
    shown: isTurned ? `${height}x${width}` : `${width}x${height}`,
    rotation,
    pixelShape: `${num}:${den}`,
    pixelFormat: video.pixelFormat,
    bitDepth: video.bitDepth,
    hasAlpha: hasAlpha(video),
    fieldOrder: video.fieldOrder,
    frameRate: rounded(frameRate.num / frameRate.den),
    frames: video.frameCount,
    duration: video.duration,
    ...color,
    dolbyVision: video.dolbyVision,
  };
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
