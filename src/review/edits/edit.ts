import { z } from 'zod';

const id = z.int().positive();
const frame = z.int().nonnegative();
const tracks = z.array(id).min(1).max(100_000).readonly();
const range = { firstFrame: frame, lastFrame: frame };
const box = { x: z.number(), y: z.number(), width: z.number().positive(), height: z.number().positive() };
const row = z.tuple([frame, z.number(), z.number(), z.number().positive(), z.number().positive()]).readonly();

/** A face that an audit found: where it was surest, and in which frames. */
const finding = z.strictObject({ ...range, box: z.strictObject(box) });

/**
 * What a person can do to a project, as it comes from the page and stands in the edit log. Ids of new things are not
 * given: the lowest free one is taken, so that a log that is replayed gives the same project.
 */
export const editSchema = z.discriminatedUnion('type', [
  /** Decides about tracks. `kept` needs `by` and `at`. */
  z.strictObject({
    type: z.literal('decide'),
    tracks,
    state: z.enum(['covered', 'dismissed', 'kept']),
    by: z.string().max(100).optional(),
    at: z.iso.datetime().optional(),
  }),
  /** Marks spans as reviewed, or as open again. */
  z.strictObject({
    type: z.literal('review'),
    spans: z.array(frame).min(1).max(100_000).readonly(),
    isReviewed: z.boolean(),
  }),
  /** Makes one track of several, with the lowest id; refused where two of them are in different places in one frame. */
  z.strictObject({ type: z.literal('merge'), tracks }),
  /** Makes two tracks of one; the second starts at the frame. */
  z.strictObject({ type: z.literal('split'), track: id, frame }),
  /** Says that tracks are one person, or (alone) that each is somebody. */
  z.strictObject({ type: z.literal('group'), tracks, isTogether: z.boolean() }),
  /** Moves the start or end of a track. Where it grows, the box at its end stands still. */
  z.strictObject({
    type: z.literal('trim'),
    track: id,
    ...{ firstFrame: frame.optional(), lastFrame: frame.optional() },
  }),
  /** Adds a track by hand: key frames, or a row for every frame. It may be the answer to a finding, or to doubts. */
  z.strictObject({
    type: z.literal('add'),
    rows: z.array(row).min(1).max(1_000_000).readonly(),
    isKeyed: z.boolean(),
    finding: finding.optional(),
    spans: z.array(frame).max(100).readonly().optional(),
  }),
  /** Says that what an audit found is no face. */
  z.strictObject({ type: z.literal('dismissFinding'), finding }),
  /** Replaces what a track says of the frames from the first row to the last, as tracking or a spray does. */
  z.strictObject({ type: z.literal('rows'), track: id, rows: z.array(row).min(1).max(1_000_000).readonly() }),
  /** Sets a key frame; a track with rows moves evenly to it from its neighbours within a second. */
  z.strictObject({ type: z.literal('key'), track: id, row }),
  z.strictObject({ type: z.literal('removeKey'), track: id, frame }),
  /** Removes what a hand added; what the detector found can only be dismissed. */
  z.strictObject({ type: z.literal('removeTracks'), tracks }),
  z.strictObject({ type: z.literal('addZone'), kind: z.enum(['cover', 'ignore', 'only']), ...range, ...box }),
  z.strictObject({ type: z.literal('removeZone'), id }),
  z.strictObject({ type: z.literal('coverAll'), ...range }),
  z.strictObject({ type: z.literal('removeCoverAll'), id }),
  z.strictObject({ type: z.literal('mute'), from: z.number().nonnegative(), to: z.number().positive() }),
  z.strictObject({ type: z.literal('unmute'), id }),
]);

export type Edit = z.output<typeof editSchema>;

/** What a person did: an edit, or going back or forth. */
export type Step = { readonly edit: Edit } | { readonly undo: true } | { readonly redo: true };
