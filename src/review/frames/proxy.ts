import sharp from 'sharp';
import { findBinaries } from '../../ffmpeg/binaries.ts';
import { featuresOf } from '../../ffmpeg/features.ts';
import { inputPart, type InputPart } from '../../ffmpeg/input-part.ts';
import { NutReader } from '../../ffmpeg/nut/reader.ts';
import { probe, type Probe } from '../../ffmpeg/probe.ts';
import { lastLine, startFfmpeg } from '../../ffmpeg/process.ts';
import { interrupted, VeilError } from '../../errors.ts';
import { ticksToSeconds, type Frame } from '../../frame/frame.ts';
import { rgbOfPlanes } from '../../frame/rgb.ts';
import { SceneCutDetector } from '../../observe/scene-cut.ts';
import { planColor } from '../../source/file/color-plan.ts';
import { shownPicture } from '../../source/file/decode-args.ts';
import { openImageSource } from '../../source/photo/image-source.ts';
import { isPhoto } from '../../source/photo/picture-support.ts';
import { usableVideo } from '../../source/source-error.ts';
import { planProxy, proxyArgs, SMALL, type ProxyPlan } from './proxy-plan.ts';

export interface ProxyOptions {
  readonly input: string;
  /** The part that is reviewed, seconds; null for the whole. */
  readonly start: number | null;
  readonly end: number | null;
  /** Of the displayed frames, as in the tracks. */
  readonly video: { readonly width: number; readonly height: number; readonly frames: number };
  readonly signal: AbortSignal;
}

/** A frame as a review shows it. */
export interface ProxyFrame {
  readonly index: number;
  /** Seconds from the start of the part. */
  readonly time: number;
  /** Whether it is the first frame of a new scene. */
  readonly isCut: boolean;
  readonly jpeg: Buffer;
}

/** Long side of a photo, pixels. */
const PHOTO_SIDE = 2560;

/** Upper limit for a single JPEG, bytes. */
export const LARGEST_PICTURE: number = 16 * 1024 ** 2;

/**
 * The frames of a video or photo, in the order and number in which Veil works on them, as separate pictures.
 *
 * @throws VeilError every INPUT_ reason, DECODER_FAILED, INTERRUPTED
 */
export async function* proxyFrames(options: ProxyOptions): AsyncGenerator<ProxyFrame, void, void> {
  yield* (await isPhoto(options.input)) ? photo(options) : video(options);
}

async function* photo({ input, signal }: ProxyOptions): AsyncGenerator<ProxyFrame, void, void> {
  await using source = await openImageSource({ path: input, look: { sizes: [] }, signal });
  for await (const { frame } of source.frames()) {
    yield { index: frame.index, time: frame.time, isCut: false, jpeg: await jpegOf(frame) };
  }
}

/** A photo as JPEG, at most {@link PHOTO_SIDE} pixels on its long side. */
export function jpegOf(frame: Frame): Promise<Buffer> {
  const { width, height } = frame;
  return sharp(rgbOfPlanes(frame), { raw: { width, height, channels: 3 } })
    .resize(PHOTO_SIDE, PHOTO_SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 90 })
    .toBuffer();
}

async function* video(options: ProxyOptions): AsyncGenerator<ProxyFrame, void, void> {
  const { input, signal, video: shown } = options;
  const binaries = await findBinaries();
  const facts = await probe(input, binaries, { signal });
  const plan = planProxy(shown, shown.frames);
  const { ffmpeg } = binaries;
  const part = await inputPart(facts, 'picture', [usableVideo(input, facts)], options, ffmpeg.path);
  const decoder = startFfmpeg(ffmpeg.path, await argsOf(options, facts, part, plan, ffmpeg.path), {
    outputs: 1,
    signal,
  });
  const reader = new NutReader(decoder.outputs[0]!, { maxFrameBytes: LARGEST_PICTURE, maxStreams: 2 });
  const cuts = new SceneCutDetector();
  const [jpegs, smalls]: [{ pts: number; jpeg: Buffer }[], Uint8Array[]] = [[], []];
  try {
    const info = await reader.open();
    const origin = info === null ? 0 : Math.round((part.origin * info.timeBase.den) / info.timeBase.num);
    let index = 0;
    for (;;) {
      const packet = info === null ? null : await reader.next();
      if (packet === null) break;
      const bytes = Buffer.from(packet.data.buffer, packet.data.byteOffset, packet.data.length);
      if (packet.stream === 0) jpegs.push({ pts: packet.pts, jpeg: bytes });
      else smalls.push(packet.data);
      const [picture, small] = [jpegs[0], smalls[0]];
      if (picture === undefined || small === undefined) continue;
      jpegs.shift();
      smalls.shift();
      const time = ticksToSeconds(picture.pts + origin, info!.timeBase);
      const isCut = cuts.next({ ...SMALL, index, pts: picture.pts, time, format: 'yuv420p', data: small });
      yield { index, time, isCut, jpeg: picture.jpeg };
      index += 1;
    }
    const { code, stderr } = await decoder.exited;
    if (signal.aborted) throw interrupted();
    if (code !== 0 || jpegs.length > 0) throw failed(input, lastLine(stderr));
    if (index !== shown.frames) throw failed(input, `it has ${index} frames, and its tracks ${shown.frames}`);
  } catch (cause) {
    if (signal.aborted) throw interrupted();
    throw cause instanceof VeilError ? cause : failed(input, 'its pictures broke off', cause);
  } finally {
    await decoder.stop();
  }
}

async function argsOf(
  { input }: ProxyOptions,
  facts: Probe,
  part: InputPart,
  plan: ProxyPlan,
  ffmpeg: string,
): Promise<string[]> {
  const stream = usableVideo(input, facts);
  const { filters, fpsMode } = await featuresOf(ffmpeg);
  const color = planColor(stream, filters, false);
  const shown = shownPicture(stream);
  return proxyArgs({ path: input, video: stream, shown, color, part, fpsMode }, plan);
}

function failed(input: string, reason: string, cause?: unknown): VeilError {
  return new VeilError('DECODER_FAILED', `${input} could not be decoded for the review: ${reason}.`, {
    hint: 'Play the file to see whether it is damaged, and run veil detect on it again.',
    cause,
  });
}
