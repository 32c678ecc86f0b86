import { describe, expect, it } from 'vitest';
import { closingText, type Finished } from '../../src/cli/report/closing-text.ts';
import { needsReview } from '../../src/cli/report/reporter.ts';

const span = {
  trackId: 1,
  reason: 'long-gap',
  firstFrame: 0,
  lastFrame: 9,
  from: 0,
  to: 1,
  risk: 0.4,
  text: '',
} as const;

function finished(name: string, changes: Partial<Finished['result']> = {}): Finished {
  return {
    input: `/v/${name}.mp4`,
    needsReview: needsReview({ uncertain: [], doubts: [], ...changes }),
    isEarlier: false,
    result: {
      output: `/v/${name}.veil.mp4`,
      reportPath: `/v/${name}.veil.report.json`,
      tracksPath: `/v/${name}.veil.tracks.json`,
      ...{ tracks: 3, uncertain: [], doubts: [] },
      ...changes,
    },
  };
}

const NOWHERE = { folder: null, outputFolder: null, flags: [] };
const text = (...done: Finished[]): string => closingText(done, NOWHERE).trimEnd();

describe('the last paragraph of veil blur', () => {
  it('says what was written, how many faces are covered, and what comes next', () => {
    expect(text(finished('a', { uncertain: [span, span] }))).toBe(
      '/v/a.veil.mp4 is written, with its report and tracks beside it. 3 faces are covered; ' +
        '2 places deserve a look before you publish: veil review /v/a.veil.mp4',
    );
    expect(text(finished('a', { tracks: 1, uncertain: [span] }))).toContain(
      '1 face is covered; 1 place deserves a look',
    );
    expect(text(finished('a'))).toMatch(
      /nothing is in doubt. To look through it all the same: veil review \/v\/a\.veil\.mp4$/,
    );
    expect(text(finished('a', { tracks: 0 }))).toContain('No face was found, so nothing is covered;');
    expect(text(finished('a', { doubts: ['odd pixels'] }))).toContain('what is said above');
    expect(text()).toBe('');
  });

  it('counts the files that need a review, also of an earlier run, and no others', () => {
    const slight = finished('slight', { uncertain: [{ ...span, risk: 0.05 }] });
    const risky = finished('risky', { uncertain: [span, span] });
    expect(text(slight, risky)).toContain('2 places deserve a look in 1 file before you publish');
    expect(text(slight)).toContain('1 place carries little risk. To look there all the same:');
    const earlier = { ...risky, isEarlier: true };
    expect(text(slight, earlier)).toMatch(/^\/v\/slight\.veil\.mp4 is written.* a look in 1 file .*risky/);
    expect(text(earlier)).toBe('');
    const audited = { ...finished('c'), needsReview: true };
    expect(text(finished('a'), audited)).toContain('what is said above deserves a look in 1 file');
  });

  it('names all that a review needs where the files are not beside each other', () => {
    const far = { output: '/out/safe.mp4', tracksPath: '/out/safe.veil.tracks.json' };
    expect(text(finished('a', far))).toMatch(
      /veil review \/v\/a\.mp4 --tracks \/out\/safe\.veil\.tracks\.json -o \/out\/safe\.mp4$/,
    );
    expect(text(finished('a', { tracksPath: null }))).toMatch(
      /veil review \/v\/a\.mp4 -o \/v\/a\.veil\.mp4$/,
    );
  });

  it('begins with the riskiest of several files, or names their folder', () => {
    const done = [
      finished('a', { uncertain: [{ ...span, risk: 0.1 }] }),
      finished('b', { uncertain: [span] }),
      finished('c'),
    ];
    expect(text(...done)).toBe(
      '3 files are written. 9 faces are covered; 2 places deserve a look in 2 files before you publish: ' +
        'begin with veil review /v/b.veil.mp4',
    );
    const folder = { folder: 'v 1', outputFolder: null, flags: ['--style', 'mosaic'] };
    expect(closingText(done, folder)).toMatch(/publish: veil review 'v 1' --style mosaic\n$/);
    expect(closingText(done, { ...folder, outputFolder: 'out' })).toMatch(
      /veil review 'v 1' --tracks out -o out --style/,
    );
  });
});
