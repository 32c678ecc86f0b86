import { area, growBox, intersectionArea, unionBox, type Box } from '../frame/box.ts';
import type { Doubt, Sighting, UncertaintyReason } from '../frame/track.ts';

/** Facts about a run for assessing its doubts. */
export interface CoveredVideo {
  /** Average duration of a frame, seconds. */
  readonly frameSeconds: number;
  /** Covered face boxes in a frame; null if the whole frame was covered. */
  readonly coveredIn: (frame: number) => readonly Box[] | null;
}

/** A span to review. */
export interface RiskSpan {
  readonly trackId: number;
  /** The reason with the largest share of the risk. */
  readonly reason: UncertaintyReason;
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Expected seconds of a recognisable visible face, from probability, size and time. */
  readonly risk: number;
  /** Where to look, pixels. */
  readonly box: Box;
}

/** Assessment of all doubts of a run. */
export interface Risks {
  /** Worst first; without those of negligible risk. */
  readonly spans: readonly RiskSpan[];
  /** Number of omitted spans. */
  readonly unlisted: number;
}

/** Lowest risk of a listed span. */
const LISTED = 0.03;

/** From this total risk on, an output needs a review: expected seconds of a recognisable face. */
export const REVIEWED = 0.1;

/** From this height on, a face is fully recognisable, pixels; smaller ones count less. */
export const RECOGNISED = 40;

/** A cover extends its face box by at least this share. */
const HEAD = 0.4;

/** A face is visible if at least this share of it lies outside every cover. */
const OPEN = 0.25;

/** Spans about one person are merged if they are less than this apart, seconds. */
const NEIGHBOURS = 1;

/** The parts of doubts that nothing has covered, as spans. */
export function riskOf(doubts: readonly Doubt[], video: CoveredVideo): Risks {
  const pieces = doubts.flatMap((doubt) => openPieces(doubt, video));
  const spans = merged(pieces, NEIGHBOURS / video.frameSeconds);
  const listed = spans.filter(({ risk }) => risk >= LISTED);
  return {
    spans: listed.sort((a, b) => b.risk - a.risk || a.firstFrame - b.firstFrame),
    unlisted: spans.length - listed.length,
  };
}

/** One uncovered sighting, and the frames that it represents. */
type Piece = RiskSpan;

function openPieces({ trackId, reason, sightings, lastFrame }: Doubt, video: CoveredVideo): Piece[] {
  return sightings.flatMap(({ frame, box, chance }, index) => {
    if (isCovered({ frame, box, chance }, video)) return [];
    const until = (sightings[index + 1]?.frame ?? lastFrame + 1) - 1;
    const seconds = (until - frame + 1) * video.frameSeconds;
    const risk = chance * Math.min(1, box.height / RECOGNISED) * seconds;
    return [{ trackId, reason, firstFrame: frame, lastFrame: until, risk, box }];
  });
}

function isCovered({ frame, box }: Sighting, { coveredIn }: CoveredVideo): boolean {
  const covers = coveredIn(frame);
  if (covers === null) return true;
  return covers.some((cover) => intersectionArea(growBox(cover, HEAD), box) >= (1 - OPEN) * area(box));
}

/** Merges successive pieces of one person, or at one place. */
function merged(pieces: readonly Piece[], longestGap: number): RiskSpan[] {
  const done: Span[] = [];
  let open: Span[] = [];
  for (const piece of pieces.toSorted((a, b) => a.firstFrame - b.firstFrame)) {
    const isOver = (span: Span): boolean => span.lastFrame + longestGap < piece.firstFrame;
    done.push(...open.filter(isOver));
    open = open.filter((span) => !isOver(span));
    const span = open.find((each) => each.takes(piece));
    if (span === undefined) open.push(new Span(piece));
    else span.add(piece);
  }
  return [...done, ...open].map((span) => span.result());
}

/** Pieces that belong together. */
class Span {
  readonly #first: Piece;
  readonly #trackIds = new Set<number>();
  readonly #risks = new Map<UncertaintyReason, number>();
  #last: Piece;
  #worst: Piece;
  /** Risk of each frame: two doubts about one moment count once. */
  readonly #riskOf = new Map<number, number>();
  lastFrame: number;

  constructor(first: Piece) {
    this.#first = first;
    this.#last = first;
    this.#worst = first;
    this.lastFrame = first.lastFrame;
    this.add(first);
  }

  takes(piece: Piece): boolean {
    return this.#trackIds.has(piece.trackId) || isNear(this.#last.box, piece.box);
  }

  add(piece: Piece): void {
    const { trackId, reason, firstFrame, lastFrame, risk } = piece;
    this.#trackIds.add(trackId);
    this.#risks.set(reason, (this.#risks.get(reason) ?? 0) + risk);
    const each = risk / (lastFrame - firstFrame + 1);
    for (let frame = firstFrame; frame <= lastFrame; frame += 1) {
      this.#riskOf.set(frame, Math.max(this.#riskOf.get(frame) ?? 0, each));
    }
    if (risk > this.#worst.risk) this.#worst = piece;
    if (piece.lastFrame >= this.lastFrame) this.#last = piece;
    this.lastFrame = Math.max(this.lastFrame, lastFrame);
  }

  result(): RiskSpan {
    const [reason] = [...this.#risks].sort(([, a], [, b]) => b - a)[0]!;
    const risk = [...this.#riskOf.values()].reduce((sum, each) => sum + each, 0);
    const { firstFrame } = this.#first;
    const { trackId, box } = this.#worst;
    return { trackId, reason, firstFrame, lastFrame: this.lastFrame, risk, box };
  }
}

/** Whether one person may be at both places within a second. */
function isNear(a: Box, b: Box): boolean {
  const around = unionBox(a, b);
  return Math.max(around.width / (a.width + b.width), around.height / (a.height + b.height)) <= 1.5;
}
