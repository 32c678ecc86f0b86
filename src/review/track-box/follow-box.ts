import { growBox, roundBox, scaleBox, type Box } from '../../frame/box.ts';
import { BoxFollower } from './box-follower.ts';
import type { Grey } from './template.ts';

/** Why following ended: the box was lost, the scene or the video ends there, or it was stopped. */
export type FollowEnd = 'lost' | 'cut' | 'end' | 'stopped';

/** Result of following a box. */
export interface Followed {
  /** A box for each frame after the first, in the order of following. */
  readonly boxes: readonly { readonly frame: number; readonly box: Box }[];
  readonly end: FollowEnd;
  /** The last frame in which the box was found. */
  readonly frame: number;
}

export interface FollowOptions {
  readonly box: Box;
  readonly frame: number;
  readonly direction: 1 | -1;
  readonly video: { readonly width: number; readonly height: number; readonly frames: number };
  /** A frame in grey, of any size. */
  readonly picture: (frame: number) => Promise<Grey>;
  /** Whether a frame is the first of a scene. */
  readonly isCut: (frame: number) => boolean;
  readonly signal: AbortSignal;
}

/** A followed box is less exact than a detection: the cover is slightly larger. */
const GROWN = 0.08;

/** Follows a box forwards or backwards through its scene until it is lost. */
export async function followBox(options: FollowOptions): Promise<Followed> {
  const { box, frame: first, direction, video, picture, isCut, signal } = options;
  const boxes: { frame: number; box: Box }[] = [];
  const ended = (end: FollowEnd): Followed => ({ boxes, end, frame: boxes.at(-1)?.frame ?? first });
  const start = await picture(first);
  const scale = { x: start.width / video.width, y: start.height / video.height };
  const follower = BoxFollower.start(start, scaleBox(box, scale.x, scale.y));
  if (follower === null) return ended('lost');
  for (let frame = first + direction; ; frame += direction) {
    if (signal.aborted) return ended('stopped');
    if (frame < 0 || frame >= video.frames) return ended('end');
    // A cut belongs to the scene that it begins.
    if (isCut(direction === 1 ? frame : frame + 1)) return ended('cut');
    const found = follower.next(await picture(frame));
    if (found === null) return ended('lost');
    const grown = growBox(scaleBox(found, 1 / scale.x, 1 / scale.y), GROWN);
    boxes.push({ frame, box: roundBox(grown) });
  }
}
