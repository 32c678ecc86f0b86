import { describe, expect, it } from 'vitest';
import { errorText } from '../../src/cli/report/error-text.ts';
import { progressText, ProgressLine } from '../../src/cli/report/progress.ts';
import { printable } from '../../src/cli/report/terminal-text.ts';
import { clock, duration, moment } from '../../src/cli/report/time-text.ts';
import { VeilError } from '../../src/errors.ts';

const progress = {
  stage: 'covering' as const,
  framesDone: 50,
  framesTotal: 200,
  secondsDone: 2,
  secondsTotal: 8,
  facesNow: 1,
  tracks: 3,
  elapsed: 4,
};

describe('text for the terminal', () => {
  it('has no character that moves the cursor or reorders what is read', () => {
    expect(printable('a\x1b[2Kb\r\n\u202egpj\u0085.mp4')).toBe('a\\x1b[2Kb\\r\\n\\u202egpj\\x85.mp4');
    expect(printable(`it's 😀 schön`)).toBe(`it's 😀 schön`);
    const error = new VeilError('INPUT_EMPTY', 'x\x1b[31m.mp4 is empty.\nveil: all good', { hint: 'h' });
    expect(errorText(error, false)).toBe('x\\x1b[31m.mp4 is empty.\n  veil: all good [INPUT_EMPTY]\n  h');
  });

  it('shows where an error comes from only when asked', () => {
    const error = new VeilError('INTERNAL', 'Oh.', { cause: new Error('deep inside') });
    expect(errorText(error, false)).not.toContain('deep inside');
    expect(errorText(error, true)).toMatch(/caused by Error: deep inside\n\s+at /);
    expect(errorText(new TypeError('odd'), false)).toContain('[INTERNAL]');
  });

  it('writes times as people read them', () => {
    expect([0, 59.9, 3661].map(clock)).toEqual(['00:00:00', '00:00:59', '01:01:01']);
    expect([0, 59.96, 3661.04].map(moment)).toEqual(['0:00.0', '1:00.0', '1:01:01.0']);
    expect([4, 65, 3723].map(duration)).toEqual(['0:04', '1:05', '1:02:03']);
  });
});

describe('progress', () => {
  it('says percent, fps, speed, time left, faces and tracks', () => {
    expect(progressText(progress)).toBe('25 %  12.5 fps  0.50x  ETA 0:12  1 face  3 tracks');
  });

  it('says when a video is looked through before anything is covered', () => {
    expect(progressText({ ...progress, stage: 'finding' })).toBe(
      'finding faces  25 %  12.5 fps  0.50x  ETA 0:12',
    );
  });

  it('does without a length', () => {
    expect(progressText({ ...progress, framesTotal: null, secondsTotal: null })).toBe(
      '50 frames  12.5 fps  0.50x  1 face  3 tracks',
    );
    expect(progressText({ ...progress, secondsDone: 0, framesDone: 0, elapsed: 0 })).toContain('0 %');
    expect(progressText({ ...progress, secondsDone: 9 })).toContain('100 %  12.5 fps  2.25x  ETA 0:00');
  });

  it('stays on one line of the terminal, and is drawn ten times a second at most', () => {
    let text = '';
    const line = new ProgressLine({ write: (part) => (text += part), columns: 60 });
    line.draw(`${'long'.repeat(50)}\x07.mp4`, progress, 0);
    line.draw('b.mp4', progress, 50);
    expect(text.startsWith('\r\x1b[K…')).toBe(true);
    expect(text.length).toBeLessThanOrEqual(4 + 59);
    expect(text).not.toContain('b.mp4');
    line.draw('b.mp4', progress, 100);
    expect(text).toContain('b.mp4');
    text = '';
    line.clear();
    line.clear();
    expect(text).toBe('\r\x1b[K');
  });
});
