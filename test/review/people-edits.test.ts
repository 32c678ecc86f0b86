import { describe, expect, it } from 'vitest';
import { rangeOf, rowAt } from '../../src/documents/rows.ts';
import { applyEdit } from '../../src/review/edits/apply-edit.ts';
import type { ReviewTrack } from '../../src/review/project.ts';
import { movingTrack, projectWith, refuses, spanOf } from '../support/review-project.ts';

const KEPT = { by: 'ada', at: '2026-01-02T03:04:05Z' };

describe('an edit of who is who', () => {
  it('merges fragments of one head under the lowest id', () => {
    const project = projectWith(movingTrack(2, 0, 9), movingTrack(5, 20, 29));
    const { tracks } = applyEdit(project, { type: 'merge', tracks: [5, 2] });
    expect([...tracks.keys()]).toEqual([2]);
    expect(rangeOf(tracks.get(2)!)).toEqual({ firstFrame: 0, lastFrame: 29 });
    expect(rowAt(tracks.get(2)!, 15)).toBeNull();
    expect(tracks.get(2)!.detections).toBe(6);
  });

  it('merges two boxes of one frame to one that holds both, and refuses two heads', () => {
    const near = projectWith(movingTrack(1, 0, 9), movingTrack(2, 5, 14, 104));
    const { tracks } = applyEdit(near, { type: 'merge', tracks: [1, 2] });
    expect(rowAt(tracks.get(1)!, 5)!.slice(0, 5)).toEqual([5, 105, 50, 24, 30]);
    const apart = projectWith(movingTrack(1, 0, 9), movingTrack(2, 5, 14, 300));
    refuses(apart, { type: 'merge', tracks: [1, 2] }, 'Group them instead');
  });

  it('leaves a merged track covered when one of its parts was', () => {
    const project = projectWith({ ...movingTrack(1, 0, 9), state: 'dismissed' }, movingTrack(2, 20, 29));
    expect(applyEdit(project, { type: 'merge', tracks: [1, 2] }).tracks.get(1)!.state).toBe('covered');
  });

  it('splits a track at a frame', () => {
    const { tracks } = applyEdit(projectWith(movingTrack(1, 0, 9)), { type: 'split', track: 1, frame: 4 });
    expect([...tracks.values()].map(rangeOf)).toEqual([
      { firstFrame: 0, lastFrame: 3 },
      { firstFrame: 4, lastFrame: 9 },
    ]);
    refuses(projectWith(movingTrack(1, 0, 9)), { type: 'split', track: 1, frame: 0 }, 'frame 1 to 9');
  });

  it('leaves a doubt on both sides of a split where it lies on both, with its risk', () => {
    const spans = [spanOf(0, 1, 2, 7), spanOf(1, 1, 5, 9), spanOf(2, 1, 0, 3), spanOf(3, 2, 0, 9)];
    const project = { ...projectWith(movingTrack(1, 0, 9), movingTrack(2, 0, 9)), spans };
    const after = applyEdit(project, { type: 'split', track: 1, frame: 5 });
    expect(
      after.spans.map(({ id, source, trackId, firstFrame, lastFrame }) => [
        ...[id, source, trackId],
        ...[firstFrame, lastFrame],
      ]),
    ).toEqual([
      [0, 0, 1, 2, 4],
      [1, 1, 3, 5, 9],
      [2, 2, 1, 0, 3],
      [3, 3, 2, 0, 9],
      [4, 0, 3, 5, 7],
    ]);
    expect(after.spans[4]).toMatchObject({ risk: 0.5, reason: 'long-gap', isReviewed: false });
    expect(after.spans[4]!.text).toBe('track 3 was not seen for 1.0 s');
  });

  it('gives a new track no number of something that is in doubt', () => {
    const project = { ...projectWith(movingTrack(1, 0, 9)), spans: [spanOf(0, 7, 0, 9)] };
    const { tracks } = applyEdit(project, { type: 'split', track: 1, frame: 5 });
    expect([...tracks.keys()]).toEqual([1, 8]);
  });

  it('merges to a state on which all agree, and covers else', () => {
    const states = (first: ReviewTrack['state'], second: ReviewTrack['state']): string => {
      const at = (state: ReviewTrack['state']) => ({ state, kept: state === 'kept' ? KEPT : null });
      const project = projectWith(
        { ...movingTrack(1, 0, 9), ...at(first) },
        { ...movingTrack(2, 20, 29), ...at(second) },
      );
      const { state, kept } = applyEdit(project, { type: 'merge', tracks: [1, 2] }).tracks.get(1)!;
      return `${state}${kept === null ? '' : ` by ${kept.by}`}`;
    };
    expect(states('dismissed', 'dismissed')).toBe('dismissed');
    expect(states('kept', 'kept')).toBe('kept by ada');
    expect(states('kept', 'dismissed')).toBe('covered');
    expect(states('dismissed', 'covered')).toBe('covered');
  });

  it('never merges a head with a zone, and two zones to a zone', () => {
    const zone = { ...movingTrack(2, 20, 29), kind: 'zone' } as const;
    refuses(projectWith(movingTrack(1, 0, 9), zone), { type: 'merge', tracks: [1, 2] }, 'a zone');
    const zones = projectWith({ ...movingTrack(1, 0, 9), kind: 'zone' }, zone);
    expect(applyEdit(zones, { type: 'merge', tracks: [1, 2] }).tracks.get(1)!.kind).toBe('zone');
    const halves = applyEdit(zones, { type: 'split', track: 2, frame: 25 }).tracks;
    expect([...halves.values()].map(({ kind }) => kind)).toEqual(['zone', 'zone', 'zone']);
  });

  it('notes where a hand joined tracks, through splits and further merges', () => {
    const project = projectWith(movingTrack(1, 0, 9), movingTrack(2, 20, 29), movingTrack(3, 40, 49));
    const two = applyEdit(project, { type: 'merge', tracks: [2, 3] });
    expect(two.tracks.get(2)!.joined).toEqual([40]);
    const three = applyEdit(two, { type: 'merge', tracks: [1, 2] });
    expect(three.tracks.get(1)!.joined).toEqual([20, 40]);
    const apart = applyEdit(three, { type: 'split', track: 1, frame: 25 }).tracks;
    expect([...apart.values()].map(({ joined }) => joined)).toEqual([[20], [40]]);
  });

  it('groups tracks of one person, with those that were together before', () => {
    const apart = projectWith(movingTrack(1, 0, 9), movingTrack(2, 0, 9, 300), movingTrack(3, 0, 9, 500));
    const two = applyEdit(apart, { type: 'group', tracks: [1, 2], isTogether: true });
    const three = applyEdit(two, { type: 'group', tracks: [2, 3], isTogether: true });
    expect([...three.tracks.values()].map(({ person }) => person)).toEqual([1, 1, 1]);
    const without = applyEdit(three, { type: 'group', tracks: [1], isTogether: false });
    expect([...without.tracks.values()].map(({ person }) => person)).toEqual([null, 1, 1]);
  });
});
