import { z } from 'zod';
import { readMessage } from '../../web-server/read-message.ts';
import { editSchema } from '../edits/edit.ts';
import type { ProjectState } from './project-state.ts';

/** Both sides name it, so that a page of another version reports the mismatch. */
export const PROTOCOL_VERSION = 1;

/** Longest message of a page, bytes: enough for a box drawn by hand for ten minutes. */
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
  // Follows a box through the frames before and after this one; null: into a new track.
  z.strictObject({ type: z.literal('follow'), track: z.int().positive().nullable(), frame, box }),
  // `word`: the user's confirmation that nothing is covered.
  z.strictObject({ type: z.literal('render'), word: z.string().max(40).nullable() }),
  // Answers a finding of the audit, by its number: a new track covers it, or it is not a face.
  z.strictObject({ type: z.literal('coverFinding'), id: z.int() }),
  z.strictObject({ type: z.literal('dismissFinding'), id: z.int() }),
  // Covers a doubt that has no track.
  z.strictObject({ type: z.literal('coverSpan'), id: z.int() }),
  z.strictObject({ type: z.literal('cancel') }),
  // Sent while the page is in use, so that the review does not end.
  z.strictObject({ type: z.literal('alive') }),
  // Ends the review.
  z.strictObject({ type: z.literal('close') }),
]);

/** What a page may send. */
export type PageMessage = z.infer<typeof pageMessage>;

/** Parses a page's message; null if it is invalid. */
export function readPageMessage(text: string): PageMessage | null {
  return readMessage(pageMessage, text);
}

/** Long-running work. */
export type JobName = 'detecting' | 'following' | 'rendering' | 'auditing';

/** A face, or what looks like one, that is still visible in the output. */
export interface FindingSummary {
  readonly id: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** The frame of the highest score. */
  readonly surestFrame: number;
  /** Its box in that frame, pixels of the video. */
  readonly box: z.infer<typeof box>;
  readonly score: number;
  readonly isOpen: boolean;
}

/** What the review sends. */
export type ReviewMessage =
  | ProjectState
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly isReadOnly: boolean;
      /** Whether there is a list of files to go back to, at `../`. */
      readonly isListed: boolean;
      readonly name: string;
      readonly output: string;
      /** Recorded as the author of decisions unless the page names another. */
      readonly by: string;
      readonly video: { readonly width: number; readonly height: number; readonly frames: number } | null;
    }
  /** Newly available frames from `from` on: their times, seconds, and all cuts so far. */
  | {
      readonly type: 'frames';
      readonly from: number;
      readonly times: readonly number[];
      readonly cuts: readonly number[];
      readonly problem: string | null;
    }
  /** `done` and `total` in the same unit; `total` is null where it is not known. `isOver` ends it. */
  | {
      readonly type: 'job';
      readonly job: JobName;
      readonly done: number;
      readonly total: number | null;
      readonly isOver: boolean;
    }
  /** A box was followed; the page goes to the frame where it was lost. */
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
      /** Whether an output was rendered, and whether it holds all current decisions. */
      readonly wasRendered: boolean;
      readonly isRendered: boolean;
    }
  /** The file can't be reviewed. */
  | { readonly type: 'failed'; readonly message: string }
  /** Nothing would be covered: the page asks for the word, and sends its request again with it. */
  | { readonly type: 'asksForWord' }
  /** The review did not carry out a request. */
  | { readonly type: 'refused'; readonly message: string };
