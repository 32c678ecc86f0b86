import type { Audit } from '../../audit/audit-file.ts';
import type { Finding } from '../../audit/findings.ts';
import { growBox, iou, type Box } from '../../frame/box.ts';
import type { Project } from '../project.ts';
import { boxOf, rangeOf, rowAt } from '../../documents/rows.ts';
import type { FindingSummary } from './protocol.ts';

/** Boxes of a detector that speak of the same thing overlap at least so much (IoU). */
const SAME = 0.2;

/** What the audits of a review found, and what somebody decided about it. */
export class Findings {
  #all: readonly FindingSummary[] = [];
  #problems: readonly string[] = [];
  #revision: number | null = null;

  /** Surest first. */
  get all(): readonly FindingSummary[] {
    return this.#all;
  }

  /** What is wrong with the file itself, a sentence each. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Revision of the project that was rendered and audited; null where none was. */
  get revision(): number | null {
    return this.#revision;
  }

  get open(): number {
    return this.#all.filter(({ isOpen }) => isOpen).length;
  }

  /** Takes over an audit. What somebody left open on purpose, or said is no face, is decided already. */
  replace(
    { findings, problems }: Pick<Audit, 'findings' | 'problems'>,
    project: Project,
    revision: number,
  ): void {
    const before = this.#all.filter(({ isOpen }) => !isOpen);
    this.#all = findings.map((finding, id) => {
      const { firstFrame, lastFrame, box, score } = finding;
      const isDecided = isDecidedAbout(finding, project) || before.some((other) => isSame(other, finding));
      return { id, firstFrame, lastFrame, box, score, isOpen: !isDecided };
    });
    this.#problems = problems;
    this.#revision = revision;
  }

  decide(id: number, isOpen: boolean): void {
    this.#all = this.#all.map((finding) => (finding.id === id ? { ...finding, isOpen } : finding));
  }
}

function isDecidedAbout({ firstFrame, lastFrame, box }: Finding, { tracks }: Project): boolean {
  return [...tracks.values()].some((track) => {
    if (track.state === 'covered') return false;
    const range = rangeOf(track);
    const from = Math.max(firstFrame, range.firstFrame);
    const to = Math.min(lastFrame, range.lastFrame);
    for (let frame = from; frame <= to; frame += 1) {
      const row = rowAt(track, frame);
      if (row !== null && overlaps(boxOf(row), box)) return true;
    }
    return false;
  });
}

function isSame(a: Pick<FindingSummary, 'firstFrame' | 'lastFrame' | 'box'>, b: Finding): boolean {
  return a.firstFrame <= b.lastFrame && b.firstFrame <= a.lastFrame && overlaps(a.box, b.box);
}

/** Boxes of two detectors, or of two moments, are rarely equal. */
function overlaps(a: Box, b: Box): boolean {
  return iou(growBox(a, 0.5), growBox(b, 0.5)) > SAME;
}
