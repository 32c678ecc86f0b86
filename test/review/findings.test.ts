import { describe, expect, it } from 'vitest';
import { TrackPlan } from '../../src/documents/track-plan.ts';
import { applyEdit } from '../../src/review/edits/apply-edit.ts';
import type { Edit } from '../../src/review/edits/edit.ts';
import { documentOf, projectOf } from '../../src/review/project-document.ts';
import type { Project } from '../../src/review/project.ts';
import { Findings } from '../../src/review/server/findings.ts';
import { tracksDocument } from '../support/tracks-document.ts';

const DOCUMENT = tracksDocument();
const PLACE = { firstFrame: 2, lastFrame: 8, box: { x: 100, y: 100, width: 30, height: 40 } };
const OTHER = { firstFrame: 2, lastFrame: 8, box: { x: 250, y: 100, width: 30, height: 40 } };

const found = (place: typeof PLACE, score = 0.9) => ({
  ...{ ...place, surestFrame: 5, score, stream: 0, from: 0, to: 0, looks: 3 },
  crop: { width: 1, height: 1, data: new Uint8Array(3) },
});

/** A track with boxes at this place, in these frames. */
const cover = (first: number, last: number, finding?: typeof PLACE): Edit => ({
  ...{ type: 'add', isKeyed: false },
  rows: Array.from({ length: last - first + 1 }, (_, step) => [first + step, 102, 101, 30, 40] as const),
  ...(finding === undefined ? {} : { finding }),
});

describe('what an audit found', () => {
  const start = projectOf(DOCUMENT);
  const open = (findings: Findings, project: Project): number[] => {
    const plan = new TrackPlan(documentOf(project, DOCUMENT));
    const all = findings.summaries(project, (frame) => plan.boxesAt(frame));
    return all.filter(({ isOpen }) => isOpen).map(({ id }) => id);
  };
  const audited = (project = start): Findings => {
    const findings = new Findings();
    findings.replace({ findings: [found(PLACE), found(OTHER)], problems: [] }, project);
    return findings;
  };

  it('is settled by the track that was drawn for it, as long as that covers all of it', () => {
    const findings = audited();
    expect(open(findings, start)).toEqual([0, 1]);
    // A track at the same place by chance is no answer.
    expect(open(findings, applyEdit(start, cover(2, 8)))).toEqual([0, 1]);
    const covered = applyEdit(start, cover(2, 8, PLACE));
    expect(open(findings, covered)).toEqual([1]);
    expect(open(findings, applyEdit(start, cover(2, 7, PLACE)))).toEqual([0, 1]);
    const again = applyEdit(covered, { type: 'trim', track: 3, lastFrame: 6 });
    expect(open(findings, again)).toEqual([0, 1]);
  });

  it('is open again where the next audit still sees it, whatever was drawn before', () => {
    const covered = applyEdit(start, cover(2, 8, PLACE));
    expect(open(audited(covered), covered)).toEqual([0, 1]);
  });

  it('stays no face for every later audit, also one that sees it a little differently', () => {
    const dismissed = applyEdit(start, { type: 'dismissFinding', finding: OTHER });
    expect(open(audited(dismissed), dismissed)).toEqual([0]);
    const read = projectOf(documentOf(dismissed, DOCUMENT));
    const findings = new Findings();
    const moved = { ...OTHER, firstFrame: 3, box: { ...OTHER.box, x: 255 } };
    findings.replace({ findings: [found(moved), found(PLACE)], problems: [] }, read);
    expect(open(findings, read)).toEqual([1]);
  });

  it('is settled where a person was left visible on purpose, but not where the cover slipped', () => {
    const there = applyEdit(start, cover(0, 9));
    const kept = { type: 'decide', tracks: [3], by: 'ada', at: '2026-01-02T03:04:05Z' } as const;
    expect(open(audited(), applyEdit(there, { ...kept, state: 'dismissed' }))).toEqual([1]);
    expect(open(audited(), applyEdit(there, { ...kept, state: 'kept' }))).toEqual([1]);
    const doubted = { ...there, spans: [{ ...there.spans[0]!, trackId: 3, firstFrame: 0, lastFrame: 9 }] };
    expect(open(audited(), applyEdit(doubted, { ...kept, state: 'kept' }))).toEqual([0, 1]);
  });

  it('is not settled by a track or an answer that was about another moment', () => {
    const kept = { type: 'decide', tracks: [3], state: 'dismissed' } as const;
    // It was dismissed only up to the middle of the finding.
    expect(open(audited(), applyEdit(applyEdit(start, cover(0, 6)), kept))).toEqual([0, 1]);
    const elsewhere = { ...OTHER, firstFrame: 0, lastFrame: 4 };
    const answered = applyEdit(start, { type: 'dismissFinding', finding: elsewhere });
    expect(open(audited(answered), answered)).toEqual([0, 1]);
  });

  it('says whether the output holds what is decided: what was reviewed, or is not a face, does not change it', () => {
    const findings = audited();
    expect(findings.isRendered(start)).toBe(true);
    const reviewed = applyEdit(start, { type: 'review', spans: [0], isReviewed: true });
    expect(findings.isRendered(applyEdit(reviewed, { type: 'dismissFinding', finding: OTHER }))).toBe(true);
    expect(findings.isRendered(applyEdit(start, { type: 'mute', from: 0, to: 1 }))).toBe(false);
    expect(new Findings().isRendered(start)).toBe(false);
  });
});
