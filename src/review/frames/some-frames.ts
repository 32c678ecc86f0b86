import { interrupted, VeilError } from '../../errors.ts';
import { findBinaries } from '../../ffmpeg/binaries.ts';
import { featuresOf } from '../../ffmpeg/features.ts';
import { inputPart } from '../../ffmpeg/input-part.ts';
import { NutReader } from '../../ffmpeg/nut/reader.ts';
import { probe } from '../../ffmpeg/probe.ts';
import { lastLine, startFfmpeg } from '../../ffmpeg/process.ts';
import { planColor } from '../../source/file/color-plan.ts';
import { shownPicture } from '../../source/file/decode-args.ts';
import { openImageSource } from '../../source/photo/image-source.ts';
import { isPhoto } from '../../source/photo/picture-support.ts';
import { usableVideo } from '../../source/source-error.ts';
import { jpegOf, LARGEST_PICTURE } from './proxy.ts';
import { planProxy, someFramesArgs } from './proxy-plan.ts';

export interface SomeFramesOptions {
  readonly input: string;
  /** The part whose frames are numbered, seconds; null for the whole. */
  readonly start: number | null;
  readonly end: number | null;
  /** Frame numbers, a few hundred at most. */
  readonly frames: readonly number[];
  readonly signal: AbortSignal;
}

/** Frames as JPEG, by number, and the size of the picture in the file, which may be larger. */
export interface SomeFrames {
  readonly width: number;
  readonly height: number;
  readonly jpegs: ReadonlyMap<number, Buffer>;
}

/**
 * Some frames of a video or photo. Frames that do not exist are left out.
 *
 * @throws VeilError every INPUT_ reason, DECODER_FAILED, INTERRUPTED
 */
export async function someFrames(options: SomeFramesOptions): Promise<SomeFrames> {
  return (await isPhoto(options.input)) ? photo(options) : video(options);
}

async function photo({ input, signal }: SomeFramesOptions): Promise<SomeFrames> {
  await using source = await openImageSource({ path: input, look: { sizes: [] }, signal });
  const jpegs = new Map<number, Buffer>();
  for await (const { frame } of source.frames()) jpegs.set(frame.index, await jpegOf(frame));
  return { width: source.info.width, height: source.info.height, jpegs };
}

async function video(options: SomeFramesOptions): Promise<SomeFrames> {
  const { input, start, end, signal } = options;
  const frames = [...new Set(options.frames)].sort((a, b) => a - b);
  const jpegs = new Map<number, Buffer>();
  const binaries = await findBinaries();
  const facts = await probe(input, binaries, { signal });
  const stream = usableVideo(input, facts);
  const { filters, fpsMode } = await featuresOf(binaries.ffmpeg.path);
  const shown = shownPicture(stream);
  const args = someFramesArgs(
    {
      ...{ path: input, video: stream, shown, fpsMode },
      color: planColor(stream, filters, false),
      part: await inputPart(facts, 'picture', [stream], { start, end }, binaries.ffmpeg.path),
    },
    planProxy(shown, frames.length),
    frames,
  );
  if (frames.length === 0) return { ...shown, jpegs };
  const decoder = startFfmpeg(binaries.ffmpeg.path, args, { outputs: 1, signal });
  const reader = new NutReader(decoder.outputs[0]!, { maxFrameBytes: LARGEST_PICTURE });
  try {
    if ((await reader.open()) !== null) {
      for (let packet = await reader.next(); packet !== null; packet = await reader.next()) {
        const frame = frames[jpegs.size];
        if (frame !== undefined) jpegs.set(frame, Buffer.from(packet.data));
      }
    }
    const { code, stderr } = await decoder.exited;
    if (code !== 0) throw failed(input, lastLine(stderr));
    return { ...shown, jpegs };
  } catch (cause) {
    if (signal.aborted) throw interrupted();
    throw cause instanceof VeilError ? cause : failed(input, 'its pictures broke off', cause);
  } finally {
    await decoder.stop();
  }
}

function failed(input: string, reason: string, cause?: unknown): VeilError {
  return new VeilError('DECODER_FAILED', `${input} could not be decoded for the sheet: ${reason}.`, {
    hint: 'Play the file to see whether it is damaged.',
    cause,
  });
}
