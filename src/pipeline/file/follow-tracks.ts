import { VeilError } from '../../errors.ts';
import type { Decision } from '../../frame/decision.ts';
import type { Rational } from '../../frame/frame.ts';
import type { SourceInfo } from '../../frame/source-info.ts';
import { decide } from '../decide.ts';
import type { DecidedFrame } from './decided-frame.ts';
import type { TrackedMedia } from './find-in-media.ts';
import type { MediaInput } from './media.ts';
import type { Review, TrackRecord } from '../../documents/track-record.ts';
import { TrackPlan } from '../../documents/track-plan.ts';
import type { TracksDocument } from '../../documents/tracks-document.ts';

/** Properties that identify a video. */
export interface VideoIdentity {
  readonly bytes: number;
  readonly info: SourceInfo;
  /** The part that is covered, seconds. */
  readonly start: number | null;
  readonly end: number | null;
}

/**
 * The frames of an input with the decisions of a document. The document must have exactly as many frames: nothing is
 * known about others.
 */
export function followTracks({ source }: MediaInput, document: TracksDocument): TrackedMedia {
  const plan = new TrackPlan(document);
  return {
    frames: follow(source.frames(), plan, document.input.frames),
    detector: document.detector,
    weightFiles: [],
    tracks: () => plan.tracks(),
    review: (record) => reviewOf(document, record),
    looks: () => document.looks,
  };
}

/**
 * The open doubts of a document: neither reviewed, nor about a track that was removed. Doubts about dismissed
 * detections never had a track.
 */
export function reviewOf({ uncertain, tracks }: TracksDocument, record: TrackRecord): Review {
  const ids = new Set(tracks.map(({ id }) => id));
  return record.timed(
    uncertain.filter(
      ({ trackId, reason, reviewed = false }) => !reviewed && (reason === 'dismissed' || ids.has(trackId)),
    ),
  );
}

/**
 * Refuses the tracks of another video, or of another part.
 *
 * @throws VeilError TRACKS_MISMATCH
 */
export function checkSameVideo({ input }: TracksDocument, { bytes, info, start, end }: VideoIdentity): void {
  const { width, height, timeBase } = info;
  const differing = [
    [`a file of ${input.bytes} bytes`, `a file of ${bytes} bytes`],
    [`a picture of ${input.width}×${input.height} pixels`, `a picture of ${width}×${height} pixels`],
    // Older tracks may count in a multiple of the unit.
    ...(isMultiple(input.timeBase, timeBase)
      ? []
      : [[`times in units of ${input.timeBase} s`, `times in units of ${timeBase.num}/${timeBase.den} s`]]),
    [partText(input), partText({ start, end })],
  ].find(([wanted, found]) => wanted !== found);
  if (differing !== undefined) throw mismatch(`they are of ${differing[0]!}, and this is ${differing[1]!}`);
}

/** Whether a unit of time, such as `1/25`, is a whole number of others. */
function isMultiple(unit: string, { num, den }: Rational): boolean {
  const [from, to] = unit.split('/').map(Number);
  return Number.isInteger((from! * den) / (to! * num));
}

function partText({ start, end }: Pick<VideoIdentity, 'start' | 'end'>): string {
  if (start === null && end === null) return 'the whole video';
  return `the part from ${start ?? 0} s to ${end === null ? 'the end' : `${end} s`}`;
}

async function* follow(
  frames: ReturnType<MediaInput['source']['frames']>,
  plan: TrackPlan,
  expected: number,
): AsyncGenerator<DecidedFrame, void, void> {
  let count = 0;
  for await (const { frame } of frames) {
    count += 1;
    if (count > expected) throw mismatch(`it goes on after the ${expected} frames that they speak of`);
    yield { frame, decision: plannedDecision(plan, frame.index) };
  }
  if (count < expected) throw mismatch(`it ends after ${count} of the ${expected} frames that they speak of`);
}

/** The decision of a document about a frame. */
export function plannedDecision(plan: TrackPlan, frame: number): Decision {
  const boxes = plan.boxesAt(frame);
  const unseen = boxes === null ? 'tracks-file' : null;
  return decide({ unseen, boxes: boxes ?? [] });
}

function mismatch(reason: string): VeilError {
  return new VeilError('TRACKS_MISMATCH', `These tracks are not of this video: ${reason}.`, {
    hint: 'Run veil detect on this very file, with the same --start and --end. Nothing was written.',
  });
}
