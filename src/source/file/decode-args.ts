import { partFilters, type InputPart } from '../../ffmpeg/input-part.ts';
import { cropFilters } from '../../ffmpeg/container-crop.ts';
import { EXACT_CROP } from '../../ffmpeg/exact-crop.ts';
import type { VideoStream } from '../../ffmpeg/probe.ts';
import type { PictureSize, Rational } from '../../frame/frame.ts';
import { isDoubtfulShape, LARGEST_STRETCH } from '../pixel-shape.ts';
import type { ColorPlan } from './color-plan.ts';

/** A picture for the detector. */
export interface PlannedPicture extends PictureSize {
  /** Long side, pixels. */
  readonly side: number;
  /** `shown`: scaled to the pixel aspect ratio of the file; `stored`: with square pixels. */
  readonly shape: 'shown' | 'stored';
}

/** The size of a video in pixels, after rotation, and its pixel aspect ratio (width / height). */
export interface ShownPicture extends PictureSize {
  readonly aspect: Rational;
}

export interface DecodeOptions {
  readonly path: string;
  readonly video: VideoStream;
  readonly shown: ShownPicture;
  readonly color: ColorPlan;
  readonly part: InputPart;
  /** Every n-th frame gets a look. */
  readonly lookInterval: number;
  readonly pictures: readonly PlannedPicture[];
  /** Whether ffmpeg has `-fps_mode` (5.1 and later) instead of `-vsync`. */
  readonly fpsMode: boolean;
}

/**
 * Arguments of the decoder: full frames as NUT on fd 1, the small pictures of every n-th frame on fd 3, 4, … One
 * decoder for all, because decoding is expensive.
 */
export function decodeArgs(options: DecodeOptions): string[] {
  const { pictures, video, fpsMode } = options;
  return [
    // At this log level ffmpeg reports the size of the pictures; `level` adds the level to each line.
    ...inputArgs(options, 'level+verbose'),
    ...['-filter_complex', decodeGraph(options)],
    ...rawOutput('full', video, fpsMode, 1),
    ...pictures.flatMap((_, position) => rawOutput(`p${position}`, video, fpsMode, 3 + position)),
  ];
}

/** The filter graph; its labels are `full` and `p0`, `p1`, … */
export function decodeGraph(options: DecodeOptions): string {
  const { video, color, lookInterval, pictures } = options;
  const input = `[0:${video.index}]${commonFilters(options)}`;
  const { frameFilters, pictureFilters } = color;
  if (pictures.length === 0) return `${[input, ...frameFilters].join(',')}[full]`;
  const outputs = pictures.map((_, position) => `[s${position}]`).join('');
  return [
    frameFilters.length === 0
      ? `${input},split=2[full][looks]`
      : `${input},split=2[frames][looks];[frames]${frameFilters.join(',')}[full]`,
    // Quoted, because the comma belongs to the expression.
    `[looks]select='not(mod(n,${lookInterval}))',split=${pictures.length}${outputs}`,
    ...pictures.map(
      (picture, position) =>
        `[s${position}]${[pictureFilter(picture), ...pictureFilters, 'format=rgb24'].join(',')}[p${position}]`,
    ),
  ].join(';');
}

/** Filters shared by frames and pictures. */
export function commonFilters({
  video,
  shown,
  color,
  part,
}: Pick<DecodeOptions, 'video' | 'shown' | 'color' | 'part'>): string {
  return [
    ...partFilters(part, 'picture', video.timeBase),
    // Deinterlaces only frames marked as interlaced; each frame keeps its time.
    ...(mayBeInterlaced(video) ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    ...cropFilters(video),
    ...color.filters,
    ...fitFilters(shown),
    // Repeat the format filter: fitting may have changed the format.
    ...color.filters.slice(-1),
    RISING,
  ].join(',');
}

/** DV and MPEG-4 say so in their frames only. */
function mayBeInterlaced({ fieldOrder, codec }: VideoStream): boolean {
  if (fieldOrder === 'unknown') return codec === 'dvvideo' || codec === 'mpeg4';
  return ['tt', 'bb', 'tb', 'bt'].includes(fieldOrder);
}

/**
 * Makes times increase. Where recordings overlap, times go back a little. Behind the graph, ffmpeg would fix them
 * differently for frames and for pictures, so that these would no longer match.
 */
const RISING = "setpts='if(lte(PTS,PREV_OUTPTS),PREV_OUTPTS+1,PTS)'";

/** Arguments for the input file and its part, before the filters. */
export function inputArgs(
  { path, part, color }: Pick<DecodeOptions, 'path' | 'part'> & Partial<Pick<DecodeOptions, 'color'>>,
  level: string,
): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', level],
    ...EXACT_CROP,
    // Keep playlists and image sequences from opening other files or the network.
    ...['-protocol_whitelist', 'file'],
    ...part.args,
    ...(color?.input ?? []),
    ...['-i', `file:${path}`],
  ];
}

/** Every frame keeps its exact time, and is neither duplicated nor dropped. */
export function exactTimes({ timeBase }: VideoStream, fpsMode: boolean): string[] {
  return [
    ...(fpsMode ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough']),
    // Otherwise ffmpeg counts in 1/(frame rate), which shifts frames of variable rate.
    ...['-enc_time_base', `${timeBase.num}/${timeBase.den}`],
    ...['-map_metadata', '-1', '-fflags', '+bitexact'],
    // An index would grow with the length of the video.
    ...['-f', 'nut', '-write_index', '0'],
  ];
}

/** The picture of a stream after rotation, as players show it. */
export function shownPicture({ width, height, rotation, sampleAspectRatio }: VideoStream): ShownPicture {
  const { num, den } = sampleAspectRatio;
  return rotation % 180 === 90
    ? { width: height, height: width, aspect: { num: den, den: num } }
    : { width, height, aspect: sampleAspectRatio };
}

/**
 * Fits frames with another size or pixel aspect ratio into the first picture, with bars, because outputs can't change
 * theirs. A frame with pixels so distorted that they may hide faces gets a size that Veil refuses.
 */
function fitFilters({ width, height, aspect }: ShownPicture): string[] {
  const ratio = aspect.num / aspect.den;
  const isOdd = `not(between(sar,${1 / LARGEST_STRETCH},${LARGEST_STRETCH})+lt(abs(sar/${ratio}-1),0.001))`;
  const fitted = {
    width: `min(${width},max(1,round(${height}*iw*sar/ih/${ratio})))`,
    height: `min(${height},max(1,round(${width}*ih*${ratio}/iw/sar)))`,
  };
  const isRefused = `eq(iw,${REFUSED})*eq(ih,${REFUSED})`;
  // pad accepts even sizes only.
  const even = { width: width + (width % 2), height: height + (height % 2) };
  const isEven = even.width === width && even.height === height;
  return [
    `scale@fit=eval=frame:w='if(${isOdd},${REFUSED},${fitted.width})':h='if(${isOdd},${REFUSED},${fitted.height})'`,
    `pad=eval=frame:w='if(${isRefused},iw,${even.width})':h='if(${isRefused},ih,${even.height})':x=(ow-iw)/2:y=(oh-ih)/2`,
    ...(isEven ? [] : [`crop=w='min(iw,${width})':h='min(ih,${height})':x=0:y=0:exact=1`]),
    `setsar=sar=${aspect.num}/${aspect.den}:max=65535`,
  ];
}

/** Width and height of a refused picture, pixels. */
const REFUSED = 4;

/** The shape is that of the decoded frames after rotation, because tags of the file may be wrong. */
function pictureFilter({ side, shape }: PlannedPicture): string {
  const width = shape === 'shown' ? 'iw*sar' : 'iw';
  const long = `max(${width},ih)`;
  return `scale=w='max(1,round(${width}*${side}/${long}))':h='max(1,round(ih*${side}/${long}))':flags=bilinear`;
}

/** Pictures for looks in the displayed shape and, if that is doubtful, in the stored shape as well. */
export function planPictures(frame: ShownPicture, longSides: readonly number[]): PlannedPicture[] {
  const aspect = frame.aspect.num / frame.aspect.den;
  const shown = pictureSizes({ ...frame, aspect }, longSides).map((size) => planned(size, 'shown'));
  if (!isDoubtfulShape(frame.aspect)) return shown;
  return [
    ...shown,
    ...pictureSizes({ ...frame, aspect: 1 }, longSides).map((size) => planned(size, 'stored')),
  ];
}

function planned(size: PictureSize, shape: PlannedPicture['shape']): PlannedPicture {
  return { ...size, side: Math.max(size.width, size.height), shape };
}

/** Sizes of the pictures for looks, largest first: the requested long sides, but at most twice the frame's. */
export function pictureSizes(
  frame: { readonly width: number; readonly height: number; readonly aspect: number },
  longSides: readonly number[],
): PictureSize[] {
  // In the displayed shape: the network does not recognise stretched faces.
  const shownWidth = frame.width * frame.aspect;
  const long = Math.max(shownWidth, frame.height);
  const sides = [...new Set(longSides.map((side) => Math.min(side, Math.round(2 * long))))];
  return sides
    .sort((a, b) => b - a)
    .map((side) => ({
      width: Math.max(1, Math.round((shownWidth * side) / long)),
      height: Math.max(1, Math.round((frame.height * side) / long)),
    }));
}

function rawOutput(label: string, video: VideoStream, fpsMode: boolean, fd: number): string[] {
  return ['-map', `[${label}]`, '-c:v', 'rawvideo', ...exactTimes(video, fpsMode), `pipe:${fd}`];
}
