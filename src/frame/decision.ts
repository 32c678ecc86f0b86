import type { TrackBox } from './track.ts';

/**
 * Why the faces of a frame are not known: its scene got no look (`unobserved`); in a live run also: no look at it or
 * after it has finished (`late`), or the looks around it are too far apart (`gap`).
 */
export type UnseenReason = 'unobserved' | 'late' | 'gap';

/**
 * Why a frame is covered as a whole: its faces are not known, or the tracks file says so. In a live run also: the
 * detector has not run yet (`starting`), or has failed (`detector`); covering heads failed (`cover`); the user asked
 * for it (`panic`); the source delivers no picture (`no-source`).
 */
export type CurtainReason =
  UnseenReason | 'tracks-file' | 'starting' | 'detector' | 'cover' | 'panic' | 'no-source';

/** The part of a frame to cover, and the reason. */
export type Decision =
  | { readonly cover: 'regions'; readonly reason: 'found'; readonly boxes: readonly TrackBox[] }
  | { readonly cover: 'nothing'; readonly reason: 'nothing-found'; readonly boxes: readonly [] }
  | { readonly cover: 'all'; readonly reason: CurtainReason; readonly boxes: null };
