import { z } from 'zod';

const id = z.int().positive();
const frame = z.int().nonnegative();
const tracks = z.array(id).min(1).max(100_000).readonly();
const range = { firstFrame: frame, lastFrame: frame };
const box = { x: z.number(), y: z.number(), width: z.number().positive(), height: z.number().positive() };
const row = z.tuple([frame, z.number(), z.number(), z.number().positive(), z.number().positive()]).readonly();

/** A face that an audit found: its frames, and its box in the frame of the highest score. */
const finding = z.strictObject({ ...range, box: z.strictObject(box) });

/**
 * What a reviewer can do to a project, as the page sends it and the edit log stores it. New things carry no ids: each
 * gets the lowest free one, so that replaying a log gives the same project.
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
  /** Merges tracks under the lowest id; refused where two of them are in different places in one frame. */
  z.strictObject({ type: z.literal('merge'), tracks }),
  /** Splits a track in two; the second starts at the frame. */
  z.strictObject({ type: z.literal('split'), track: id, frame }),
  /** Says that tracks are one person, or (alone) that each is a person of its own. */
  z.strictObject({ type: z.literal('group'), tracks, isTogether: z.boolean() }),
  /** Moves the start or end of a track. Added frames repeat the box at that end. */
  z.strictObject({
    type: z.literal('trim'),
    track: id,
    ...{ firstFrame: frame.optional(), lastFrame: frame.optional() },
  }),
  /** Adds a manual track: key frames, or a row for every frame. It may answer a finding, or doubts. */
  z.strictObject({
    type: z.literal('add'),
    rows: z.array(row).min(1).max(1_000_000).readonly(),
    isKeyed: z.boolean(),
    finding: finding.optional(),
    spans: z.array(frame).max(100).readonly().optional(),
  }),
  /** Says that a finding of an audit is not a face. */
  z.strictObject({ type: z.literal('dismissFinding'), finding }),
  /** Replaces the rows of a track from the first given row to the last, as tracking or a spray does. */
  z.strictObject({ type: z.literal('rows'), track: id, rows: z.array(row).min(1).max(1_000_000).readonly() }),
  /** Sets a key frame. In a track with rows, up to 15 frames on each side move linearly towards it. */
  z.strictObject({ type: z.literal('key'), track: id, row }),
  z.strictObject({ type: z.literal('removeKey'), track: id, frame }),
  /** Removes manual tracks; a track that the detector found can only be dismissed. */
  z.strictObject({ type: z.literal('removeTracks'), tracks }),
  z.strictObject({ type: z.literal('addZone'), kind: z.enum(['cover', 'ignore', 'only']), ...range, ...box }),
  z.strictObject({ type: z.literal('removeZone'), id }),
  z.strictObject({ type: z.literal('coverAll'), ...range }),
  z.strictObject({ type: z.literal('removeCoverAll'), id }),
  z.strictObject({ type: z.literal('mute'), from: z.number().nonnegative(), to: z.number().positive() }),
  z.strictObject({ type: z.literal('unmute'), id }),
]);

export type Edit = z.output<typeof editSchema>;

/** What a reviewer did: an edit, an undo or a redo. */
export type Step = { readonly edit: Edit } | { readonly undo: true } | { readonly redo: true };
