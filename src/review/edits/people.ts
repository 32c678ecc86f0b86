import { iou, unionBox } from '../../frame/box.ts';
import { boxOf, rangeOf, rowOf, type Row } from '../../documents/rows.ts';
import type { Project, ReviewSpan, ReviewTrack } from '../project.ts';
import { before, everyRow, from } from '../rows.ts';
import type { Edit } from './edit.ts';
import { checkRange, freeTrackId, nextId, refused, trackOf, tracksOf, withTracks } from './refuse.ts';

type EditOf<Type extends Edit['type']> = Extract<Edit, { type: Type }>;

/** Boxes of one head overlap at least this much (IoU); boxes of two people in one frame do not. */
const ONE_HEAD = 0.2;

/** Decides whether tracks are covered, dismissed or kept. */
export function decide(project: Project, { tracks, state, by, at }: EditOf<'decide'>): Project {
  if (state === 'kept' && (by === undefined || at === undefined)) {
    throw refused('A kept person needs the name of who decided (by) and a time (at).');
  }
  const kept = state === 'kept' ? { by: by!, at: at! } : null;
  const decided = tracksOf(project, tracks).map((track) => ({ ...track, state, kept }));
  // Dismissing a track also settles its doubts. Those of a kept person stay open: the person is covered there.
  const ids = new Set(state === 'dismissed' ? tracks : []);
  const spans = project.spans.map((span) => (ids.has(span.trackId) ? { ...span, isReviewed: true } : span));
  return { ...withTracks(project, decided), spans };
}

/** Marks spans as reviewed, or opens them again. */
export function review(project: Project, { spans, isReviewed }: EditOf<'review'>): Project {
  const ids = new Set(spans);
  const known = project.spans.filter(({ id }) => ids.has(id)).length;
  if (known < ids.size) throw refused('There is no such span.');
  return {
    ...project,
    spans: project.spans.map((span) => (ids.has(span.id) ? { ...span, isReviewed } : span)),
  };
}

/** Says that a finding of an audit is not a face. */
export function dismissFinding(project: Project, { finding }: EditOf<'dismissFinding'>): Project {
  checkRange(project, finding);
  return { ...project, answers: [...project.answers, { ...finding, answer: 'no face' }] };
}

/** Joins tracks under the lowest id. Where two have a box in one frame, the box holds both. */
export function merge(project: Project, { tracks }: EditOf<'merge'>): Project {
  const merged = tracksOf(project, tracks).sort((a, b) => a.id - b.id);
  const [first, ...rest] = merged;
  if (first === undefined || rest.length === 0) throw refused('Select at least two tracks to merge.');
  if (rest.some(({ kind }) => kind !== first.kind)) throw refused('A head and a zone are not one track.');
  const rows = rest.reduce((sum, track) => joined(sum, everyRow(track), track.id), everyRow(first));
  const isAgreed = merged.every(({ state }) => state === first.state);
  const track: ReviewTrack = {
    ...first,
    rows,
    isKeyed: false,
    state: isAgreed ? first.state : 'covered',
    kept: isAgreed ? first.kept : null,
    score: Math.max(...merged.map(({ score }) => score)),
    detections: merged.reduce((sum, { detections }) => sum + detections, 0),
    isByHand: true,
    joined: startsOf(merged),
  };
  const gone = new Set(rest.map(({ id }) => id));
  const spans = project.spans.map((span) =>
    gone.has(span.trackId) ? ofTrack(span, { ...span, trackId: first.id }) : span,
  );
  return { ...withTracks(project, [track], [...gone]), spans };
}

/** Ends a track before a frame, and starts a new one there. A doubt that spans the cut becomes one for each track. */
export function split(project: Project, { track: id, frame }: EditOf<'split'>): Project {
  const track = trackOf(project, id);
  const { firstFrame, lastFrame } = rangeOf(track);
  if (frame <= firstFrame || frame > lastFrame) {
    throw refused(`Track ${id} can be split from frame ${firstFrame + 1} to ${lastFrame} only.`);
  }
  const rows = everyRow(track);
  const [head, tail] = [before(rows, frame), from(rows, frame)];
  const second = freeTrackId(project);
  const parts = { isKeyed: false, isByHand: true };
  const at = track.joined;
  return {
    ...withTracks(project, [
      { ...track, ...parts, rows: head, joined: at.filter((start) => start < frame) },
      {
        ...track,
        ...parts,
        rows: tail,
        joined: at.filter((start) => start > frame),
        id: second,
        person: null,
      },
    ]),
    spans: splitSpans(project.spans, { id, second, frame }),
  };
}

function splitSpans(
  spans: readonly ReviewSpan[],
  { id, second, frame }: { readonly id: number; readonly second: number; readonly frame: number },
): ReviewSpan[] {
  const isOf = ({ trackId, lastFrame }: ReviewSpan): boolean => trackId === id && lastFrame >= frame;
  const heads = spans.map((span) => {
    if (!isOf(span)) return span;
    const isBehind = span.firstFrame >= frame;
    return ofTrack(span, isBehind ? { ...span, trackId: second } : { ...span, lastFrame: frame - 1 });
  });
  let next = nextId(spans.map((span) => span.id));
  const tails = spans
    .filter((span) => isOf(span) && span.firstFrame < frame)
    .map((span) => ofTrack(span, { ...span, id: next++, trackId: second, firstFrame: frame }));
  return [...heads, ...tails];
}

/** A span that now has other frames or another track; its text names the track. */
function ofTrack(before: ReviewSpan, span: ReviewSpan): ReviewSpan {
  return { ...span, text: before.text.replace(`track ${before.trackId}`, `track ${span.trackId}`) };
}

/** Frames at which parts of merged tracks begin. */
function startsOf(merged: readonly ReviewTrack[]): number[] {
  const starts = merged.map((track) => rangeOf(track).firstFrame).sort((a, b) => a - b);
  const all = new Set([...starts.slice(1), ...merged.flatMap(({ joined }) => joined)]);
  return [...all].filter((frame) => frame > starts[0]!).sort((a, b) => a - b);
}

/** Groups tracks as one person, or makes each a person of its own. */
export function group(project: Project, { tracks, isTogether }: EditOf<'group'>): Project {
  const grouped = tracksOf(project, tracks);
  if (isTogether && grouped.length < 2) throw refused('Select at least two tracks to group.');
  const known = grouped.map(({ person }) => person).filter((person) => person !== null);
  const taken = [...project.tracks.values()].map(({ person }) => person ?? 0);
  const person = isTogether ? (known.length > 0 ? Math.min(...known) : nextId(taken)) : null;
  // Tracks that were already grouped with one of them join too.
  const along = new Set(isTogether ? known : []);
  const others = [...project.tracks.values()].filter((track) => along.has(track.person ?? 0));
  return withTracks(
    project,
    [...grouped, ...others].map((track) => ({ ...track, person })),
  );
}

/** Merges the rows of two tracks. */
function joined(a: readonly Row[], b: readonly Row[], id: number): Row[] {
  const rows = new Map(a.map((row) => [row[0], row]));
  for (const row of b) {
    const [frame] = row;
    const other = rows.get(frame);
    if (other !== undefined && iou(boxOf(other), boxOf(row)) < ONE_HEAD) {
      throw refused(
        `Track ${id} is elsewhere in frame ${frame}: two tracks in one frame are not one head. Group them instead.`,
      );
    }
    rows.set(frame, other === undefined ? row : rowOf(frame, unionBox(boxOf(other), boxOf(row))));
  }
  return [...rows.values()].sort(([x], [y]) => x - y);
}
