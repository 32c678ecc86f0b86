import { z } from 'zod';
import { readMessage } from '../../web-server/read-message.ts';
import { editSchema } from '../edits/edit.ts';
import type { ProjectState } from './project-state.ts';

/** Both sides name it; a page of another version says so instead of misreading. */
export const PROTOCOL_VERSION = 1;

/** Longest message that a page may send, bytes: ten minutes of a box that was drawn by hand. */
export const LONGEST_MESSAGE = 1024 * 1024;

const frame = z.int().nonnegative();
const box = z.strictObject({
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
});

const pageMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('edit'), edit: editSchema }),
  z.strictObject({ type: z.literal('undo') }),
  z.strictObject({ type: z.literal('redo') }),
  // Follows a box through the frames before and after this one; into a new track where none is named.
  z.strictObject({ type: z.literal('follow'), track: z.int().positive().nullable(), frame, box }),
  // `word`: typed by somebody who was told that nothing will be covered.
  z.strictObject({ type: z.literal('render'), word: z.string().max(40).nullable() }),
  // Decides about a face that the audit found, by its number: a new track covers it, or it is no face.
  z.strictObject({ type: z.literal('coverFinding'), id: z.int() }),
  z.strictObject({ type: z.literal('dismissFinding'), id: z.int() }),
  // Covers what is in doubt and has no track.
  z.strictObject({ type: z.literal('coverSpan'), id: z.int() }),
  z.strictObject({ type: z.literal('cancel') }),
  // Somebody is there.
  z.strictObject({ type: z.literal('alive') }),
  // Ends the review.
  z.strictObject({ type: z.literal('close') }),
]);

/** What a page may say. */
export type PageMessage = z.infer<typeof pageMessage>;

/** A page's message, or null for anything else. */
export function readPageMessage(text: string): PageMessage | null {
  return readMessage(pageMessage, text);
}

/** Work that takes a while. */
export type JobName = 'detecting' | 'following' | 'rendering' | 'auditing';

/** A face, or what looks like one, that is still to be seen in the output. */
export interface FindingSummary {
  readonly id: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** The frame in which it was surest. */
  readonly surestFrame: number;
  /** Where it was there, pixels of the video. */
  readonly box: z.infer<typeof box>;
  readonly score: number;
  readonly isOpen: boolean;
}

/** What the review says. */
export type ReviewMessage =
  | ProjectState
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly isReadOnly: boolean;
      readonly name: string;
      readonly output: string;
      /** Whose name stands under decisions unless another is given. */
      readonly by: string;
      readonly video: { readonly width: number; readonly height: number; readonly frames: number } | null;
    }
  /** Frames from `from` on that can be seen now: their times, seconds, and all cuts so far. */
  | {
      readonly type: 'frames';
      readonly from: number;
      readonly times: readonly number[];
      readonly cuts: readonly number[];
      readonly problem: string | null;
    }
  /** `done` and `total` in the same unit; null where nobody knows how much there is. `isOver` ends it. */
  | {
      readonly type: 'job';
      readonly job: JobName;
      readonly done: number;
      readonly total: number | null;
      readonly isOver: boolean;
    }
  /** A box was followed; the page goes to where it was lost. */
  | {
      readonly type: 'followed';
      readonly track: number;
      readonly frames: number;
      readonly forwards: { readonly frame: number; readonly end: string };
      readonly backwards: { readonly frame: number; readonly end: string };
    }
  | {
      readonly type: 'audit';
      readonly findings: readonly FindingSummary[];
      readonly problems: readonly string[];
      /** Whether anything was rendered, and whether that holds everything that is decided now. */
      readonly wasRendered: boolean;
      readonly isRendered: boolean;
    }
  /** What was asked for was not done. */
  | { readonly type: 'refused'; readonly message: string };
