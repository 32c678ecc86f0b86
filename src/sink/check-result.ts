import { VeilError } from '../errors.ts';
import type { Binaries } from '../ffmpeg/binaries.ts';
import { probe, type Probe } from '../ffmpeg/probe.ts';

/** What a finished file has to be. */
export interface ExpectedResult {
  /** Of the unfinished file. */
  readonly path: string;
  /** For the message. */
  readonly name: string;
  readonly binaries: Binaries;
  readonly frames: number;
  readonly audioTracks: number;
  readonly keepMetadata: boolean;
}

/** What muxers must write; none of it comes from the original. */
const HARMLESS = new Set([
  'major_brand',
  'minor_version',
  'compatible_brands',
  'handler_name',
  'vendor_id',
  'language',
  'duration',
  'encoder',
]);

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

function problemOf(result: Probe, { frames, audioTracks, keepMetadata }: ExpectedResult): string | null {
  const { video, audio, streamKinds, chapters, tags } = result;
  if (video === null || streamKinds.filter((kind) => kind === 'video').length !== 1) return 'it has no video';
  if (video.frameCount !== null && video.frameCount !== frames) {
    return `it has ${video.frameCount} frames instead of ${frames}`;
  }
  if (audio.length !== audioTracks) return `it has ${audio.length} audio tracks instead of ${audioTracks}`;
  const foreign = streamKinds.find((kind) => kind !== 'video' && kind !== 'audio');
  if (foreign !== undefined) return `it has a ${foreign} stream`;
  if (keepMetadata) return null;
  if (chapters > 0) return 'it has chapters';
  const tag = [tags, video.tags, ...audio.map((track) => track.tags)]
    .flatMap((names) => Object.keys(names))
    .find((name) => !HARMLESS.has(name));
  return tag === undefined ? null : `it has the tag ${tag}`;
}
