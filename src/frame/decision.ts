import type { TrackBox } from './track.ts';

/**
 * Why the faces of a frame are not known: no look has reached its scene (`unobserved`); in a live run also no look at it
 * or after it is done (`late`), or the looks around it are too far apart (`gap`).
 */
export type UnseenReason = 'unobserved' | 'late' | 'gap';

/**
 * Why a frame is covered as a whole: its faces are not known, or the tracks file says so. In a live run also: the
 * detector has not run yet (`starting`), or has failed (`detector`); heads could not be covered (`cover`); the user
 * asked for it (`panic`); the source gives no picture (`no-source`).
 */
export type CurtainReason =
  UnseenReason | 'tracks-file' | 'starting' | 'detector' | 'cover' | 'panic' | 'no-source';

/** The part of a frame that is covered, and why. */
export type Decision =
  | { readonly cover: 'regions'; readonly reason: 'found'; readonly boxes: readonly TrackBox[] }
  | { readonly cover: 'nothing'; readonly reason: 'nothing-found'; readonly boxes: readonly [] }
  | { readonly cover: 'all'; readonly reason: CurtainReason; readonly boxes: null };
