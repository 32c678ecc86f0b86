import type { Audit } from '../../audit/audit-file.ts';
import { boxOf, rangeOf, rowAt } from '../../documents/rows.ts';
import { area, growBox, intersectionArea, iou, type Box } from '../../frame/box.ts';
import type { TrackBox } from '../../frame/track.ts';
import type { FindingAnswer, Project } from '../project.ts';
import { framesFrom } from '../rows.ts';
import type { FindingSummary } from './protocol.ts';

/** Boxes of two detectors, or of two moments, count as the same thing from this overlap on (IoU). */
const SAME = 0.4;

/** A cover extends its box by at least this share; it hides a face from this covered share of the face's box on. */
const HEAD = 0.4;
const HIDDEN = 0.75;

/** Boxes covered in a frame now; null for the whole frame. */
export type CoversAt = (frame: number) => readonly TrackBox[] | null;

type Found = Omit<FindingSummary, 'isOpen'>;

/** Findings of the last audit of a review. The reviewer's answers are part of the project. */
export class Findings {
  #all: readonly Found[] = [];
  #problems: readonly string[] = [];
  /** The project as it was rendered and audited. */
  #rendered: Project | null = null;

  /** Problems of the file itself, a sentence each. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  get wasRendered(): boolean {
    return this.#rendered !== null;
  }

  /** Replaces the findings by those of a new audit. */
  replace({ findings, problems }: Pick<Audit, 'findings' | 'problems'>, rendered: Project): void {
    this.#all = findings.map(({ firstFrame, lastFrame, surestFrame, box, score }, id) => ({
      ...{ id, firstFrame, lastFrame, surestFrame, box, score },
    }));
    this.#problems = problems;
    this.#rendered = rendered;
  }

  /** Whether the output holds everything that a project covers and mutes. */
  isRendered({ tracks, zones, wholes, mutes }: Project): boolean {
    const before = this.#rendered;
    return (
      before?.tracks === tracks &&
      before.zones === zones &&
      before.wholes === wholes &&
      before.mutes === mutes
    );
  }

  get(id: number): Found | undefined {
    return this.#all[id];
  }

  /** By descending score. */
  summaries(project: Project, coversAt: CoversAt): FindingSummary[] {
    return this.#all.map((found) => ({ ...found, isOpen: !this.#isSettled(found, project, coversAt) }));
  }

  /**
   * A finding is settled if the reviewer said that it, or the same one in an earlier audit, is no face; left its head
   * uncovered on purpose; or drew a track for it since the audit that covers it.
   */
  #isSettled(found: Found, project: Project, coversAt: CoversAt): boolean {
    const before = this.#rendered?.answers ?? [];
    const isAnswered = project.answers.some((answer) => {
      if (before.includes(answer)) return answer.answer === 'no face' && isSame(answer, found);
      return isEqual(answer, found) && (answer.answer === 'no face' || isCovered(found, coversAt));
    });
    return isAnswered || isLeftOpen(found, project, coversAt);
  }
}

/** Whether a dismissed or kept track leaves this head uncovered for as long as it was found. */
function isLeftOpen(found: Found, { tracks }: Project, coversAt: CoversAt): boolean {
  const { surestFrame, box } = found;
  return [...tracks.values()].some((track) => {
    const range = rangeOf(track);
    const isAsLong = range.firstFrame <= found.firstFrame && found.lastFrame <= range.lastFrame;
    const row = track.state === 'covered' || !isAsLong ? null : rowAt(track, surestFrame);
    if (row === null || iou(boxOf(row), box) < SAME) return false;
    // A kept person is covered in some frames.
    return coversAt(surestFrame)?.every(({ trackId }) => trackId !== track.id) ?? false;
  });
}

/** Whether covers hide a finding in the frame of its highest score, and touch it in each of its frames. */
function isCovered({ firstFrame, lastFrame, surestFrame, box }: Found, coversAt: CoversAt): boolean {
  const isThere = (frame: number, fits: (cover: Box) => boolean): boolean =>
    coversAt(frame)?.some((cover) => fits(cover.box)) ?? true;
  return (
    isThere(surestFrame, (cover) => intersectionArea(growBox(cover, HEAD), box) >= HIDDEN * area(box)) &&
    framesFrom(firstFrame, lastFrame).every((frame) =>
      isThere(frame, (cover) => intersectionArea(growBox(cover, HEAD), box) > 0),
    )
  );
}

/** Whether an answer is about the frame in which this finding has its highest score. */
function isSame(a: FindingAnswer, b: Found): boolean {
  return a.firstFrame <= b.surestFrame && b.surestFrame <= a.lastFrame && iou(a.box, b.box) >= SAME;
}

function isEqual(a: FindingAnswer, b: Found): boolean {
  const isOfFrames = a.firstFrame === b.firstFrame && a.lastFrame === b.lastFrame;
  return isOfFrames && a.box.x === b.box.x && a.box.y === b.box.y && a.box.width === b.box.width;
}
