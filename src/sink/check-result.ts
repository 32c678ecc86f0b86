import { VeilError } from '../errors.ts';
import type { Binaries } from '../ffmpeg/binaries.ts';
import { probe, type Probe, type VideoStream } from '../ffmpeg/probe.ts';

/** What a finished file has to be. */
export interface ExpectedResult {
  /** Of the unfinished file. */
  readonly path: string;
  /** For the message. */
  readonly name: string;
  readonly binaries: Binaries;
  readonly frames: number;
  /** When the last frame is shown, seconds. */
  readonly lastTime: number;
  readonly audioTracks: number;
  readonly keepMetadata: boolean;
}

/** What muxers must write, in the words that ffmpeg fills in; none of it comes from the original. */
const HARMLESS: Readonly<Record<string, RegExp>> = {
  major_brand: /^.{4}$/,
  minor_version: /^\d+$/,
  compatible_brands: /^.{4,40}$/,
  handler_name: /^(Video|Sound)Handler$/,
  vendor_id: /^(\[0\]\[0\]\[0\]\[0\]|FFMP)$/,
  language: /^[a-z]{2,3}(-[A-Za-z0-9-]+)?$/,
  duration: /^[\d:.]+$/,
  // Without a version.
  encoder: /^(Lavf|Lavc [a-z0-9_-]+)$/,
};

/** A tick of the coarsest container, and rounding. */
const TOLERANCE = 0.002;

/**
 * Probes a file before it gets its name: every frame is there, and nothing that nobody asked for.
 *
 * @throws VeilError OUTPUT_CHECK_FAILED
 */
export async function checkResult(expected: ExpectedResult): Promise<void> {
  const problem = problemOf(await probe(expected.path, expected.binaries), expected);
  if (problem === null) return;
  throw new VeilError('OUTPUT_CHECK_FAILED', `${expected.name} did not pass the last check: ${problem}.`, {
    hint: 'Nothing was left behind. Please report this with the output of veil doctor.',
  });
}

function problemOf(result: Probe, expected: ExpectedResult): string | null {
  const { frames, lastTime, audioTracks, keepMetadata } = expected;
  const { video, audio, streamKinds, chapters, tags } = result;
  if (video === null || streamKinds.filter((kind) => kind === 'video').length !== 1) return 'it has no video';
  if (video.frameCount !== null && video.frameCount !== frames) {
    return `it has ${video.frameCount} frames instead of ${frames}`;
  }
  const end = endOf(video);
  if (end !== null && end < lastTime - TOLERANCE) {
    return `its video ends at ${end.toFixed(3)} s, before the last frame at ${lastTime.toFixed(3)} s`;
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

/** Matroska says when each stream ends in a tag: hh:mm:ss with fractions. */
function endOf({ duration, startTime, tags }: VideoStream): number | null {
  if (duration !== null) return startTime + duration;
  const [hours, minutes, seconds] = (tags['duration'] ?? '').split(':').map(Number);
  return seconds === undefined ? null : (hours! * 60 + minutes!) * 60 + seconds;
}
