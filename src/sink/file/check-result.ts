import { VeilError } from '../../errors.ts';
import type { Binaries } from '../../ffmpeg/binaries.ts';
import { listPackets } from '../../ffmpeg/packets.ts';
import { probe, type Probe } from '../../ffmpeg/probe.ts';

/** Required properties of a finished file. */
export interface ExpectedResult {
  /** Path of the unfinished file. */
  readonly path: string;
  /** Name for messages. */
  readonly name: string;
  readonly binaries: Binaries;
  readonly frames: number;
  /** Seconds from the first frame to the last. */
  readonly span: number;
  readonly audioTracks: number;
  readonly keepMetadata: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Tags that muxers must write, with values from ffmpeg; none comes from the original. */
const HARMLESS: Readonly<Record<string, RegExp>> = {
  major_brand: /^.{4}$/,
  minor_version: /^\d+$/,
  compatible_brands: /^.{4,40}$/,
  handler_name: /^(Video|Sound)Handler$/,
  vendor_id: /^(\[0\]\[0\]\[0\]\[0\]|FFMP)$/,
  language: /^[a-z]{2,3}(-[A-Za-z0-9-]+)?$/,
  duration: /^[\d:.]+$/,
  // No version.
  encoder: /^(Lavf|Lavc [a-z0-9_-]+)$/,
};

/** The first frame is among this many packets, though others may precede it in decoding order. */
const FIRST_PACKETS = 64;

/** A tick of the coarsest container, plus rounding. */
const TOLERANCE = 0.002;

/**
 * Probes a file before it gets its name: it must contain every frame, and nothing unexpected.
 *
 * @throws VeilError OUTPUT_CHECK_FAILED, DECODER_FAILED if audio is missing, INTERRUPTED by the signal
 */
export async function checkResult(expected: ExpectedResult): Promise<void> {
  const result = await probe(expected.path, expected.binaries, { signal: expected.signal });
  if (result.audio.length < expected.audioTracks) throw soundLost(expected.name);
  const problem = problemOf(result, expected) ?? (await endProblemOf(result, expected));
  if (problem === null) return;
  throw new VeilError('OUTPUT_CHECK_FAILED', `${expected.name} did not pass the last check: ${problem}.`, {
    hint: 'Nothing was left behind. Please report this with the output of veil doctor.',
  });
}

/** ffmpeg writes no track if it could not decode or copy any of it. */
function soundLost(name: string): VeilError {
  return new VeilError('DECODER_FAILED', `The sound of the original could not be carried over to ${name}.`, {
    hint: 'It may be damaged: play the original, or leave the sound out with --audio drop. Nothing was left behind.',
  });
}

function problemOf(result: Probe, expected: ExpectedResult): string | null {
  const { frames, audioTracks, keepMetadata } = expected;
  const { video, audio, streamKinds, chapters, tags } = result;
  if (video === null || streamKinds.filter((kind) => kind === 'video').length !== 1) return 'it has no video';
  if (video.frameCount !== null && video.frameCount !== frames) {
    return `it has ${video.frameCount} frames instead of ${frames}`;
  }
  if (audio.length !== audioTracks) return `it has ${audio.length} audio tracks instead of ${audioTracks}`;
  const foreign = streamKinds.find((kind) => kind !== 'video' && kind !== 'audio');
  if (foreign !== undefined) return `it has a ${foreign} stream`;
  if (chapters > 0) return 'it has chapters';
  if (keepMetadata) return null;
  const tag = [tags, video.tags, ...audio.map((track) => track.tags)]
    .flatMap((group) => Object.entries(group))
    .find(([name, value]) => HARMLESS[name]?.test(value) !== true);
  return tag === undefined ? null : `it has the tag ${tag[0]}`;
}

/**
 * Matroska does not state its number of frames, and its stated end is only what it was told. Instead this looks for the
 * last frame, because reading a whole film takes long. Old builds shift everything by what precedes the audio, so only
 * the time since the first frame counts.
 */
async function endProblemOf({ video }: Probe, expected: ExpectedResult): Promise<string | null> {
  if (video === null || video.frameCount !== null) return null;
  if (await hasFrameAt(expected, video.startTime + expected.span)) return null;
  // The start in ffprobe may be that of the audio.
  const first = Math.min(...(await timesWithin(expected, `%+#${FIRST_PACKETS}`)));
  if (await hasFrameAt(expected, first + expected.span)) return null;
  return `its last frame, at ${(first + expected.span).toFixed(3)} s, is missing`;
}

async function hasFrameAt(expected: ExpectedResult, time: number): Promise<boolean> {
  // With its end, because old builds read nothing from an open interval.
  const around = `${Math.max(0, time - 0.1).toFixed(3)}%${(time + 1).toFixed(3)}`;
  return (await timesWithin(expected, around)).some((each) => Math.abs(each - time) < TOLERANCE);
}

/** @param interval in the syntax of ffprobe */
async function timesWithin({ path, binaries }: ExpectedResult, interval: string): Promise<number[]> {
  const options = ['-select_streams', 'v:0', '-read_intervals', interval];
  const packets = [...((await listPackets(path, binaries, { options })) ?? [])];
  return packets.flatMap(({ time }) => (time === null ? [] : [time]));
}
