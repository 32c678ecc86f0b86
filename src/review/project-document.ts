import { formatFor, type TracksDocument } from '../documents/tracks-document.ts';
import { uncertaintyText } from '../documents/uncertainty-text.ts';
import type { Row } from '../documents/rows.ts';
import type { Box } from '../frame/box.ts';
import { UNKNOWN_RISK } from '../documents/track-record.ts';
import type { Project, ReviewSpan, ReviewTrack } from './project.ts';

type DocumentTrack = TracksDocument['tracks'][number];
type DocumentSpan = TracksDocument['uncertain'][number];

/** Ids of the areas that have none in a tracks document, in document order. */
export interface AreaIds {
  readonly wholes: readonly number[];
  readonly zones: readonly number[];
  readonly mutes: readonly number[];
}

/** The ids that {@link projectOf} needs to rebuild the same project from its document. */
export function areaIdsOf(project: Project): AreaIds {
  const ids = (things: readonly { readonly id: number }[]): number[] => things.map(({ id }) => id);
  return { wholes: ids(inOrder(project.wholes)), zones: ids(project.zones), mutes: ids(project.mutes) };
}

/**
 * Makes an editable project from a tracks document.
 *
 * @param ids of its covers, zones and mutes; null numbers them from 1
 */
export function projectOf(document: TracksDocument, ids: AreaIds | null = null): Project {
  const { input, tracks, uncertain, curtains, zones = [], mutes = [], noFaces = [] } = document;
  return {
    video: { width: input.width, height: input.height, frames: input.frames },
    tracks: new Map(tracks.map((track) => [track.id, trackOf(track)])),
    spans: uncertain.map(spanOf),
    wholes: curtains.map(({ firstFrame, lastFrame }, index) => ({
      ...{ id: ids?.wholes[index] ?? index + 1, firstFrame, lastFrame },
    })),
    zones: zones.map(({ kind, firstFrame, lastFrame, box }, index) => ({
      ...{ id: ids?.zones[index] ?? index + 1, kind, firstFrame, lastFrame },
      ...boxFrom(box),
    })),
    mutes: mutes.map(({ from, to }, index) => ({ id: ids?.mutes[index] ?? index + 1, from, to })),
    answers: noFaces.map(({ firstFrame, lastFrame, box }) => ({
      ...{ firstFrame, lastFrame, box: boxFrom(box), answer: 'no face' },
    })),
  };
}

/**
 * The document of a project, for rendering and for the tracks file. Whatever the reviewer did not change is copied, so
 * that a project without edits gives the document that it came from.
 *
 * @param document the document that the project was made from
 */
export function documentOf(project: Project, document: TracksDocument): TracksDocument {
  const rest = without(without(without(document, 'zones'), 'mutes'), 'noFaces');
  const noFaces = project.answers.filter(({ answer }) => answer === 'no face');
  const originals = new Map(document.tracks.map((track) => [track.id, track]));
  const curtains = new Map(document.curtains.map((curtain) => [rangeKey(curtain), curtain]));
  const edited: TracksDocument = {
    ...rest,
    curtains: inOrder(project.wholes).map(
      ({ firstFrame, lastFrame }) =>
        curtains.get(rangeKey({ firstFrame, lastFrame })) ?? { firstFrame, lastFrame },
    ),
    uncertain: project.spans.map((span) => documentSpan(span, document.uncertain[span.source]!)),
    tracks: [...project.tracks.values()]
      .toSorted((a, b) => a.id - b.id)
      .map((track) => documentTrack(track, originals.get(track.id))),
    ...(project.zones.length === 0
      ? {}
      : {
          zones: project.zones.map(({ kind, firstFrame, lastFrame, x, y, width, height }) => ({
            ...{ kind, firstFrame, lastFrame },
            box: [x, y, width, height],
          })),
        }),
    ...(noFaces.length === 0
      ? {}
      : {
          noFaces: noFaces.map(({ firstFrame, lastFrame, box: { x, y, width, height } }) => ({
            ...{ firstFrame, lastFrame },
            box: [x, y, width, height],
          })),
        }),
    ...(project.mutes.length === 0 ? {} : { mutes: project.mutes.map(({ from, to }) => ({ from, to })) }),
  };
  return { ...edited, format: formatFor(edited) };
}

function inOrder(wholes: Project['wholes']): Project['wholes'] {
  return wholes.toSorted((a, b) => a.firstFrame - b.firstFrame);
}

function spanOf(span: DocumentSpan, id: number): ReviewSpan {
  const { trackId, reason, firstFrame, lastFrame, reviewed = false, risk = UNKNOWN_RISK, box } = span;
  return {
    ...{ id, source: id, trackId, reason, firstFrame, lastFrame, risk, isReviewed: reviewed },
    box: box === undefined ? null : boxFrom(box),
    text: span.text ?? uncertaintyText(span, (span.to ?? 0) - (span.from ?? 0)),
  };
}

/** Times and text of a span hold only while it has the same track and frames. */
function documentSpan(
  { trackId, firstFrame, lastFrame, isReviewed }: ReviewSpan,
  original: DocumentSpan,
): DocumentSpan {
  const isAsItWas =
    trackId === original.trackId && firstFrame === original.firstFrame && lastFrame === original.lastFrame;
  const facts = without(original, 'reviewed');
  const changed = without(without(without(facts, 'from'), 'to'), 'text');
  return {
    ...(isAsItWas ? facts : { ...changed, trackId, firstFrame, lastFrame }),
    ...(isReviewed || original.reviewed !== undefined ? { reviewed: isReviewed } : {}),
  };
}

function boxFrom(values: readonly number[]): Box {
  const [x, y, width, height] = values as [number, number, number, number];
  return { x, y, width, height };
}

const NOWHERE: readonly number[] = [];

function trackOf(track: DocumentTrack): ReviewTrack {
  const { id, score, detections, boxes, keys, state = 'covered', kept = null, person = null, byHand } = track;
  return {
    ...{ id, kind: track.kind ?? 'head', state, kept, person, score, detections },
    isByHand: byHand ?? keys !== undefined,
    joined: track.joined ?? NOWHERE,
    rows: (boxes ?? keys) as readonly Row[],
    isKeyed: boxes === undefined,
  };
}

function documentTrack(track: ReviewTrack, original: DocumentTrack | undefined): DocumentTrack {
  if (original !== undefined && isAsIt(track, original)) return original;
  const { id, kind, score, detections, state, kept, person, isByHand, joined, rows, isKeyed } = track;
  return {
    ...{ id, score, detections },
    ...(kind === 'head' ? {} : { kind }),
    ...(state === 'covered' ? {} : { state }),
    ...(kept === null ? {} : { kept }),
    ...(person === null ? {} : { person }),
    ...(isByHand && !isKeyed ? { byHand: true } : {}),
    ...(joined.length === 0 ? {} : { joined }),
    ...(isKeyed ? { keys: rows.map((row) => row.slice(0, 5)) } : { boxes: rows }),
  };
}

function isAsIt(track: ReviewTrack, original: DocumentTrack): boolean {
  const before = trackOf(original);
  return (Object.keys(before) as (keyof ReviewTrack)[]).every((name) => before[name] === track[name]);
}

function rangeKey({
  firstFrame,
  lastFrame,
}: {
  readonly firstFrame: number;
  readonly lastFrame: number;
}): string {
  return `${firstFrame}-${lastFrame}`;
}

function without<T extends object, Name extends keyof T>(value: T, name: Name): Omit<T, Name> {
  return Object.fromEntries(Object.entries(value).filter(([each]) => each !== name)) as Omit<T, Name>;
}
