import { z } from 'zod';
import { readMessage } from '../../web-server/read-message.ts';
import type { WorkState } from '../server/work.ts';

/** Both sides name it; a page of another version reloads. */
export const LIST_VERSION = 1;

const pageRequest = z.discriminatedUnion('type', [
  // Searches files for faces, by their numbers, one after the other.
  z.strictObject({ type: z.literal('search'), files: z.array(z.int()).max(20_000) }),
  // Stops that search, and clears the queue.
  z.strictObject({ type: z.literal('stop') }),
  // The page is in use.
  z.strictObject({ type: z.literal('alive') }),
  // Ends the review of the folder.
  z.strictObject({ type: z.literal('close') }),
]);

/** What the page of the list may send. */
export type ListRequest = z.infer<typeof pageRequest>;

/** Parses a page's message; null if it is invalid. */
export function readListRequest(text: string): ListRequest | null {
  return readMessage(pageRequest, text);
}

/** What the output of a file holds: `older`: not all decisions. */
export type OutputState = 'none' | 'older' | 'current';

/** State of a file in the list. */
export interface FileState {
  /** Its review is at `ID/`. */
  readonly id: number;
  /** Its path relative to the folder. */
  readonly name: string;
  /** `unread`: not counted yet. `unsearched`: it has no tracks. */
  readonly state: 'unread' | 'unsearched' | 'queued' | 'known' | 'failed';
  /** Tracks, open doubts, and faces that the last audit of the output found. */
  readonly faces: number;
  readonly doubts: number;
  readonly findings: number;
  readonly output: OutputState;
  /** Whether its page is open. */
  readonly isOpen: boolean;
  readonly working: WorkState | null;
  /** Why it can't be reviewed, or its search failed. */
  readonly problem: string | null;
}

/** What the review sends to the page of the list. */
export type ListMessage =
  | {
      readonly type: 'folder';
      readonly version: number;
      readonly name: string;
      readonly files: readonly FileState[];
      /** Why some files can't even be tried, a sentence each. */
      readonly problems: readonly string[];
    }
  /** Files whose state has changed. */
  | { readonly type: 'files'; readonly files: readonly FileState[] };
