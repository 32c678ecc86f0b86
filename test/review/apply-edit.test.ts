import { describe, expect, it } from 'vitest';
import { applyEdit } from '../../src/review/edits/apply-edit.ts';
import { rangeOf, rowAt } from '../../src/documents/rows.ts';
import { movingTrack, projectWith, refuses, spanOf } from '../support/review-project.ts';

const KEPT = { by: 'ada', at: '2026-01-02T03:04:05Z' };

describe('an edit', () => {
  it('dismisses tracks and settles their doubts, and covers them again', () => {
    const spans = [spanOf(0, 1, 3, 9)];
    const project = { ...projectWith(movingTrack(1, 0, 9), movingTrack(2, 0, 9)), spans };
    const dismissed = applyEdit(project, { type: 'decide', tracks: [1], state: 'dismissed' });
    expect(dismissed.tracks.get(1)!.state).toBe('dismissed');
    expect(dismissed.spans[0]!.isReviewed).toBe(true);
    expect(dismissed.tracks.get(2)).toBe(project.tracks.get(2));
    const covered = applyEdit(dismissed, { type: 'decide', tracks: [1], state: 'covered' });
    expect(covered.tracks.get(1)).toEqual(project.tracks.get(1));
  });

  it('keeps a person visible only when it is said who decided that', () => {
    const project = projectWith(movingTrack(1, 0, 9));
    refuses(project, { type: 'decide', tracks: [1], state: 'kept' }, 'who decided');
    const kept = applyEdit(project, { type: 'decide', tracks: [1], state: 'kept', ...KEPT });
    expect(kept.tracks.get(1)).toMatchObject({ state: 'kept', kept: KEPT });
  });

  it('refuses a track that is not there', () => {
    refuses(projectWith(), { type: 'decide', tracks: [7], state: 'covered' }, 'no track 7');
  });

  it('shortens and lengthens a track; where it grows, the box stands still', () => {
    const project = projectWith(movingTrack(1, 10, 19));
    const shorter = applyEdit(project, { type: 'trim', track: 1, firstFrame: 12, lastFrame: 15 });
    expect(rangeOf(shorter.tracks.get(1)!)).toEqual({ firstFrame: 12, lastFrame: 15 });
    const longer = applyEdit(project, { type: 'trim', track: 1, lastFrame: 25 });
    expect(rowAt(longer.tracks.get(1)!, 25)!.slice(0, 5)).toEqual([25, 119, 50, 20, 30]);
    expect(rowAt(longer.tracks.get(1)!, 10)).toEqual([10, 110, 50, 20, 30, 0]);
    refuses(project, { type: 'trim', track: 1, firstFrame: 50 }, 'comes before');
    refuses(project, { type: 'trim', track: 1, firstFrame: 30, lastFrame: 50 }, 'no box in frames 30 to 50');
    refuses(project, { type: 'trim', track: 1, lastFrame: 100 }, '0 to 99');
  });

  it('starts and ends a track at that very frame, in a hole too', () => {
    const whole = movingTrack(1, 0, 29);
    const project = projectWith({
      ...whole,
      rows: whole.rows.filter(([frame]) => frame < 10 || frame > 19),
      joined: [20],
    });
    const late = applyEdit(project, { type: 'trim', track: 1, firstFrame: 15 }).tracks.get(1)!;
    expect(late.rows.map(([frame, x]) => [frame, x]).slice(0, 7)).toEqual([
      ...[15, 16, 17, 18, 19].map((frame) => [frame, 120]),
      [20, 120],
      [21, 121],
    ]);
    const early = applyEdit(project, { type: 'trim', track: 1, lastFrame: 12 }).tracks.get(1)!;
    expect(early.rows.slice(-4).map(([frame, x]) => [frame, x])).toEqual(
      [9, 10, 11, 12].map((frame) => [frame, 109]),
    );
    const between = { type: 'trim', track: 1, firstFrame: 13, lastFrame: 14 } as const;
    expect(
      applyEdit(project, between)
        .tracks.get(1)!
        .rows.map(([frame]) => frame),
    ).toEqual([13, 14]);
  });

  it('starts and ends a track with key frames at that very frame, and keeps the keys between', () => {
    const rows = [
      [10, 0, 0, 20, 20],
      [20, 100, 0, 20, 20],
      [30, 0, 0, 20, 20],
    ] as const;
    const project = applyEdit(projectWith(), { type: 'add', isKeyed: true, rows });
    const trimmed = (edit: { firstFrame?: number; lastFrame?: number }): number[][] =>
      applyEdit(project, { type: 'trim', track: 1, ...edit })
        .tracks.get(1)!
        .rows.map(([frame, x]) => [frame, x]);
    expect(trimmed({ firstFrame: 15 })).toEqual([
      [15, 50],
      [20, 100],
      [30, 0],
    ]);
    expect(trimmed({ firstFrame: 5, lastFrame: 20 })).toEqual([
      [5, 0],
      [10, 0],
      [20, 100],
    ]);
    expect(trimmed({ firstFrame: 20, lastFrame: 20 })).toEqual([[20, 100]]);
  });

  it('adds a track with key frames, between which the box moves evenly', () => {
    const { tracks } = applyEdit(projectWith(movingTrack(4, 0, 9)), {
      ...{ type: 'add', isKeyed: true },
      rows: [
        [10, 0, 0, 20, 20],
        [20, 100, 50, 40, 20],
      ],
    });
    expect(rowAt(tracks.get(5)!, 15)!.slice(0, 5)).toEqual([15, 50, 25, 30, 20]);
    expect(tracks.get(5)).toMatchObject({ isByHand: true, state: 'covered', detections: 0 });
  });

  it.each([
    [
      'rise',
      [
        [5, 0, 0, 9, 9],
        [5, 0, 0, 9, 9],
      ],
    ],
    ['ends with frame 99', [[100, 0, 0, 9, 9]]],
    ['outside the picture', [[5, 640, 0, 9, 9]]],
    ['four times the picture', [[5, 0, 0, 9, 1500]]],
  ] as const)('refuses rows: %s', (message, rows) => {
    refuses(projectWith(), { type: 'add', isKeyed: false, rows }, message);
  });

  it('replaces the rows from the first that is given to the last, and no others', () => {
    const { tracks } = applyEdit(projectWith(movingTrack(1, 0, 9)), {
      ...{ type: 'rows', track: 1 },
      rows: [
        [3, 0, 0, 9, 9],
        [5, 2, 0, 9, 9],
      ],
    });
    expect(tracks.get(1)!.rows.map(([frame, x]) => [frame, x])).toEqual([
      ...[0, 1, 2].map((frame) => [frame, 100 + frame]),
      [3, 0],
      [5, 2],
      ...[6, 7, 8, 9].map((frame) => [frame, 100 + frame]),
    ]);
  });

  it('moves the frames around a key frame evenly towards it', () => {
    const project = projectWith(movingTrack(1, 0, 99, 0));
    const track = applyEdit(project, { type: 'key', track: 1, row: [50, 80, 50, 20, 30] }).tracks.get(1)!;
    const xs = [34, 35, 36, 49, 50, 51, 64, 65, 66].map((frame) => rowAt(track, frame)![1]);
    expect(xs).toEqual([34, 35, 38, 77, 80, 79, 66, 65, 66]);
    expect(track.rows).toHaveLength(100);
  });

  it('sets and removes key frames of a track that has them, and leaves the last', () => {
    const rows = [[10, 0, 0, 20, 20]] as const;
    const one = applyEdit(projectWith(), { type: 'add', isKeyed: true, rows });
    const two = applyEdit(one, { type: 'key', track: 1, row: [20, 10, 0, 20, 20] });
    expect(rowAt(two.tracks.get(1)!, 15)![1]).toBe(5);
    const again = applyEdit(two, { type: 'removeKey', track: 1, frame: 20 });
    expect(again.tracks.get(1)!.rows).toEqual(one.tracks.get(1)!.rows);
    refuses(again, { type: 'removeKey', track: 1, frame: 10 }, 'only key frame');
  });

  it('removes what a hand added, and dismisses only what a detector saw', () => {
    const rows = [[10, 0, 0, 20, 20]] as const;
    const project = applyEdit(projectWith(movingTrack(1, 0, 9)), { type: 'add', isKeyed: true, rows });
    expect([...applyEdit(project, { type: 'removeTracks', tracks: [2] }).tracks.keys()]).toEqual([1]);
    refuses(project, { type: 'removeTracks', tracks: [1] }, 'Dismiss it instead');
  });

  it('adds and removes zones, whole covers and silence', () => {
    const range = { firstFrame: 5, lastFrame: 9 };
    const zone = { kind: 'cover', ...range, x: 0, y: 0, width: 10, height: 10 } as const;
    const full = [
      { type: 'addZone', ...zone } as const,
      { type: 'coverAll', ...range } as const,
      { type: 'mute', from: 1, to: 2.5 } as const,
    ].reduce(applyEdit, projectWith());
    expect(full).toMatchObject({
      zones: [{ id: 1, ...zone }],
      wholes: [{ id: 1, ...range }],
      mutes: [{ id: 1, from: 1, to: 2.5 }],
    });
    const empty = [
      { type: 'removeZone', id: 1 } as const,
      { type: 'removeCoverAll', id: 1 } as const,
      { type: 'unmute', id: 1 } as const,
    ].reduce(applyEdit, full);
    expect(empty).toEqual(projectWith());
    refuses(empty, { type: 'unmute', id: 1 }, 'no silenced span 1');
    refuses(empty, { type: 'coverAll', firstFrame: 9, lastFrame: 5 }, 'comes before');
    refuses(empty, { type: 'addZone', ...zone, x: 640 }, 'outside the picture');
    refuses(empty, { type: 'addZone', ...zone, lastFrame: 100 }, '0 to 99');
  });

  it('ends a zone where the picture ends', () => {
    const zone = {
      kind: 'only',
      firstFrame: 0,
      lastFrame: 9,
      x: -10.26,
      y: 300,
      width: 5000,
      height: 100,
    } as const;
    const { zones } = applyEdit(projectWith(), { type: 'addZone', ...zone });
    expect(zones).toMatchObject([{ x: 0, y: 300, width: 640, height: 60 }]);
  });
});
