import type { Project } from '../project.ts';
import { spanSummary, trackSummary, type SpanSummary, type TrackSummary } from './track-summary.ts';

/** Changes of a project, for the page. Omitted lists are unchanged. */
export interface ProjectState {
  readonly type: 'state';
  /** Increases with every change. */
  readonly revision: number;
  /** True if the lists are complete: the page drops what it had. */
  readonly isWhole: boolean;
  readonly tracks: readonly TrackSummary[];
  /** Ids of removed tracks. */
  readonly removed: readonly number[];
  readonly spans: readonly SpanSummary[];
  /** Ids of removed spans. */
  readonly removedSpans: readonly number[];
  readonly zones?: Project['zones'];
  readonly wholes?: Project['wholes'];
  readonly mutes?: Project['mutes'];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** Position of a project in its history. */
export type Position = Pick<ProjectState, 'revision' | 'canUndo' | 'canRedo'>;

/** The whole state of a project. */
export function wholeState(project: Project, position: Position): ProjectState {
  const { zones, wholes, mutes } = project;
  return {
    ...{ type: 'state', isWhole: true, removed: [], removedSpans: [], zones, wholes, mutes },
    tracks: [...project.tracks.values()].map(trackSummary),
    spans: project.spans.map((span) => spanSummary(span, project)),
    ...position,
  };
}

/** Changes from one project to another. Projects share what an edit did not touch, so identity shows them. */
export function changedState(before: Project, after: Project, position: Position): ProjectState {
  const changed = [...after.tracks.values()].filter((track) => before.tracks.get(track.id) !== track);
  const ids = new Set(changed.map(({ id }) => id));
  const spans = after.spans.filter((span, index) => before.spans[index] !== span || ids.has(span.trackId));
  return {
    ...{ type: 'state', isWhole: false },
    tracks: changed.map(trackSummary),
    removed: [...before.tracks.keys()].filter((id) => !after.tracks.has(id)),
    spans: spans.map((span) => spanSummary(span, after)),
    removedSpans: before.spans.slice(after.spans.length).map(({ id }) => id),
    ...(before.zones === after.zones ? {} : { zones: after.zones }),
    ...(before.wholes === after.wholes ? {} : { wholes: after.wholes }),
    ...(before.mutes === after.mutes ? {} : { mutes: after.mutes }),
    ...position,
  };
}
