import { describe, expect, it } from 'vitest';
import { History } from '../../src/review/history.ts';
import { movingTrack, projectWith } from '../support/review-project.ts';

const DISMISS = { edit: { type: 'decide', tracks: [1], state: 'dismissed' } } as const;
const MUTE = { edit: { type: 'mute', from: 1, to: 2 } } as const;
const UNDO = { undo: true } as const;
const REDO = { redo: true } as const;

describe('the history of a review', () => {
  it('goes back to the very first project and forth again', () => {
    const first = projectWith(movingTrack(1, 0, 9));
    const history = new History(first);
    const projects = [first, history.take(DISMISS), history.take(MUTE)];
    expect([history.take(UNDO), history.take(UNDO)]).toEqual([projects[1], projects[0]]);
    expect(history.canUndo).toBe(false);
    expect(() => history.take(UNDO)).toThrow('nothing to undo');
    expect([history.take(REDO), history.take(REDO)]).toEqual([projects[1], projects[2]]);
    expect(history.canRedo).toBe(false);
  });

  it('forgets what was undone as soon as something else is done', () => {
    const history = new History(projectWith(movingTrack(1, 0, 9)));
    history.take(DISMISS);
    history.take(UNDO);
    history.take(MUTE);
    expect(() => history.take(REDO)).toThrow('nothing to redo');
    expect(history.project.tracks.get(1)!.state).toBe('covered');
  });

  it('is as it was after an edit that is refused, and until a step that is planned is taken', () => {
    const history = new History(projectWith(movingTrack(1, 0, 9)));
    history.take(DISMISS);
    history.take(UNDO);
    expect(() => history.take({ edit: { ...DISMISS.edit, tracks: [7] } })).toThrow('no track 7');
    expect(history.plan(MUTE).project.mutes).toHaveLength(1);
    expect(history.plan(REDO).project.tracks.get(1)!.state).toBe('dismissed');
    expect(history.project.mutes).toEqual([]);
    expect([history.canUndo, history.canRedo]).toEqual([false, true]);
  });
});
