import { describe, expect, it } from 'vitest';
import { History } from '../../src/review/history.ts';
import { movingTrack, projectWith } from '../support/review-project.ts';

const DISMISS = { type: 'decide', tracks: [1], state: 'dismissed' } as const;
const MUTE = { type: 'mute', from: 1, to: 2 } as const;

describe('the history of a review', () => {
  it('goes back to the very first project and forth again', () => {
    const first = projectWith(movingTrack(1, 0, 9));
    const history = new History(first);
    const projects = [first, history.apply(DISMISS), history.apply(MUTE)];
    expect([history.undo(), history.undo()]).toEqual([projects[1], projects[0]]);
    expect(history.canUndo).toBe(false);
    expect(() => history.undo()).toThrow('nothing to undo');
    expect([history.redo(), history.redo()]).toEqual([projects[1], projects[2]]);
    expect(history.canRedo).toBe(false);
  });

  it('forgets what was undone as soon as something else is done', () => {
    const history = new History(projectWith(movingTrack(1, 0, 9)));
    history.apply(DISMISS);
    history.undo();
    history.apply(MUTE);
    expect(() => history.redo()).toThrow('nothing to redo');
    expect(history.project.tracks.get(1)!.state).toBe('covered');
  });

  it('is as it was after an edit that is refused', () => {
    const history = new History(projectWith());
    expect(() => history.apply(DISMISS)).toThrow('no track 1');
    expect(history.canUndo).toBe(false);
  });
});
