import type { PictureSize, Rational } from '../frame/frame.ts';
import type { StatedCrop } from './stated-crops.ts';
import type { VideoStream } from './streams.ts';

/** A stream as its container shows it: its size becomes that of the shown part. */
export function withCrop(video: VideoStream, stated: StatedCrop | undefined): VideoStream {
  if (stated === undefined) return video;
  const { left, right, top, bottom } = stated.crop;
  const [width, height] = [video.width - left - right, video.height - top - bottom];
  if (left + right + top + bottom === 0 || width <= 0 || height <= 0) return video;
  const aspect = stated.shape && lowest(stated.shape.width * height, stated.shape.height * width);
  return {
    ...video,
    ...{ width, height },
    sampleAspectRatio: aspect ?? video.sampleAspectRatio,
    crop: { of: { width: video.width, height: video.height }, left, top, aspect },
  };
}

/** The stream with all that it stores, as an audit looks at it. */
export function withoutCrop(video: VideoStream): VideoStream {
  return video.crop === null ? video : { ...video, ...video.crop.of, crop: null };
}

/** Filters that crop what is stored; frames that ffmpeg has cropped already have another size. */
export function cropFilters({ crop, width, height, rotation }: VideoStream): string[] {
  if (crop === null) return [];
  // Before the filters, ffmpeg turns frames.
  const { of, ...part } = turned({ ...crop, width, height }, rotation);
  const isStored = `eq(iw,${of.width})*eq(ih,${of.height})`;
  return [
    `crop=w='if(${isStored},${part.width},iw)':h='if(${isStored},${part.height},ih)'` +
      `:x='if(${isStored},${part.left},0)':y='if(${isStored},${part.top},0)':exact=1`,
    ...(crop.aspect === null ? [] : [`setsar=sar=${sarOf(crop.aspect, rotation)}:max=65535`]),
  ];
}

function sarOf({ num, den }: Rational, rotation: number): string {
  return rotation % 180 === 90 ? `${den}/${num}` : `${num}/${den}`;
}

/** A part of a picture. */
interface Part extends PictureSize {
  readonly of: PictureSize;
  readonly left: number;
  readonly top: number;
}

/** The same part of the picture after quarter turns clockwise. */
function turned(part: Part, degrees: number): Part {
  if (degrees <= 0) return part;
  const { of, left, top, width, height } = part;
  const quarter: Part = {
    of: { width: of.height, height: of.width },
    ...{ left: of.height - top - height, top: left, width: height, height: width },
  };
  return turned(quarter, degrees - 90);
}

function lowest(num: number, den: number): Rational {
  const divisor = divisorOf(num, den);
  return { num: num / divisor, den: den / divisor };
}

function divisorOf(a: number, b: number): number {
  return b === 0 ? a : divisorOf(b, a % b);
}
