import { refused } from '../edits/refuse.ts';
import type { Edit } from '../edits/edit.ts';
import { greyPicture } from '../frames/grey-picture.ts';
import type { Footage } from '../frames/footage.ts';
import { boxOf, rangeOf, rowOf, type Row } from '../../documents/rows.ts';
import type { Box } from '../../frame/box.ts';
import type { FrameRange } from '../../frame/track.ts';
import type { Project } from '../project.ts';
import { held } from '../rows.ts';
import { followBox, type Followed } from '../track-box/follow-box.ts';
import type { PageMessage } from './protocol.ts';

type FollowMessage = Extract<PageMessage, { type: 'follow' }>;

/** Result of following a box forwards and backwards. */
export interface FollowResult {
  /** In order; none if the box of an existing track was lost at once in both directions. */
  readonly edits: readonly Edit[];
  readonly forwards: Followed;
  readonly backwards: Followed;
}

/** The box of a person in one frame, and the frames that need a cover. */
export interface Place extends FrameRange {
  readonly frame: number;
  readonly box: Box;
}

export interface FollowJobOptions {
  readonly project: Project;
  readonly footage: Footage;
  readonly signal: AbortSignal;
  /** Called with the number of frames done. */
  readonly onFrame: (frames: number) => void;
}

/**
 * Follows a box forwards and backwards. For a new or manual track it starts from the given box; a track that the
 * detector found is continued from its ends.
 *
 * @throws VeilError EDIT_REFUSED
 */
export async function followBothWays(
  { track: id, frame, box }: FollowMessage,
  { project, footage, signal, onFrame }: FollowJobOptions,
): Promise<FollowResult> {
  const track = id === null ? null : project.tracks.get(id);
  if (track === undefined) throw refused(`There is no track ${id ?? 0}.`);
  const here = rowOf(frame, box);
  const isContinued = track !== null && !track.isByHand && track.rows.length > 1;
  const [first, last] = isContinued ? [track.rows[0]!, track.rows.at(-1)!] : [here, here];
  const { backwards, forwards } = await follow({ first, last }, { project, footage, signal, onFrame });
  const [before, after] = [rowsOf(backwards).reverse(), rowsOf(forwards)];
  return { edits: editsFor(id, { here, before, after, isContinued }), forwards, backwards };
}

/**
 * A new track for a person, followed forwards and backwards from one frame. If the box is lost before the range ends,
 * the last box fills the rest: better too much covered than too little.
 */
export async function coverPlace(
  { frame, box, firstFrame, lastFrame }: Place,
  options: FollowJobOptions,
): Promise<Omit<FollowResult, 'edits'> & { readonly edit: Extract<Edit, { type: 'add' }> }> {
  const here = rowOf(frame, box);
  const { backwards, forwards } = await follow({ first: here, last: here }, options);
  const found = [...rowsOf(backwards).reverse(), here, ...rowsOf(forwards)];
  const [first, last] = [found[0]!, found.at(-1)!];
  const rows = [
    ...held(first, firstFrame, first[0] - 1),
    ...found,
    ...held(last, last[0] + 1, Math.min(lastFrame, options.project.video.frames - 1)),
  ];
  return { edit: { type: 'add', isKeyed: false, rows: rows.map(short) }, forwards, backwards };
}

async function follow(
  { first, last }: { readonly first: Row; readonly last: Row },
  { project, footage, signal, onFrame }: FollowJobOptions,
): Promise<Pick<FollowResult, 'backwards' | 'forwards'>> {
  const cuts = new Set(footage.cuts);
  let done = 0;
  const from = (row: Row, direction: 1 | -1): Promise<Followed> =>
    followBox({
      ...{ box: boxOf(row), frame: row[0], direction, video: project.video, signal },
      picture: async (index) => {
        onFrame((done += 1));
        return greyPicture(await footage.jpeg(index));
      },
      isCut: (index) => cuts.has(index),
    });
  return { backwards: await from(first, -1), forwards: await from(last, 1) };
}

function editsFor(
  id: number | null,
  found: { here: Row; before: Row[]; after: Row[]; isContinued: boolean },
): Edit[] {
  const { here, before, after, isContinued } = found;
  if (isContinued) {
    return [before, after]
      .filter((rows) => rows.length > 0)
      .map((rows) => ({ type: 'rows', track: id!, rows: rows.map(short) }));
  }
  const rows = [...before, here, ...after].map(short);
  return [id === null ? { type: 'add', isKeyed: false, rows } : { type: 'rows', track: id, rows }];
}

function rowsOf({ boxes }: Followed): Row[] {
  return boxes.map(({ frame, box }) => rowOf(frame, box));
}

/** A row as edits have it, without its origin. */
function short([frame, x, y, width, height]: Row): [number, number, number, number, number] {
  return [frame, x, y, width, height];
}

/** The largest number of frames that can be followed. */
export function frameCount(project: Project, id: number | null): number {
  const track = id === null ? undefined : project.tracks.get(id);
  const own = track === undefined ? 1 : rangeOf(track).lastFrame - rangeOf(track).firstFrame + 1;
  return Math.max(1, project.video.frames - own);
}
