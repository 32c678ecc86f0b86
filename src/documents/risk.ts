import { area, growBox, intersectionArea, unionBox, type Box } from '../frame/box.ts';
import type { Doubt, Sighting, UncertaintyReason } from '../frame/track.ts';

/** What a review needs to know of a run. */
export interface CoveredVideo {
  /** Seconds that one frame is shown, on average. */
  readonly frameSeconds: number;
  /** Boxes of faces that were covered in a frame; null where all of it was. */
  readonly coveredIn: (frame: number) => readonly Box[] | null;
}

/** A span to look at. */
export interface RiskSpan {
  readonly trackId: number;
  /** What makes up most of the risk. */
  readonly reason: UncertaintyReason;
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Seconds for which a face that can be recognised is visible, as expected from chance, size and time. */
  readonly risk: number;
  /** Where to look, pixels. */
  readonly box: Box;
}

/** All doubts about a run. */
export interface Risks {
  /** Worst first; those of next to no risk are left out. */
  readonly spans: readonly RiskSpan[];
  /** Spans that were left out. */
  readonly unlisted: number;
}

/** Risk from which a span is worth looking at. */
const LISTED = 0.03;

/** Height from which a face is as easily recognised as any, pixels; smaller ones count less. */
const RECOGNISED = 40;

/** A cover reaches this share of the face's size around it at least. */
const HEAD = 0.4;

/** Share of a face that must lie outside every cover to be visible. */
const OPEN = 0.25;

/** Spans less than this many seconds apart are one where they are about one person. */
const NEIGHBOURS = 1;

/** What of the doubts was not covered by anything after all, as spans. */
export function riskOf(doubts: readonly Doubt[], video: CoveredVideo): Risks {
  const pieces = doubts.flatMap((doubt) => openPieces(doubt, video));
  const spans = merged(pieces, NEIGHBOURS / video.frameSeconds);
  const listed = spans.filter(({ risk }) => risk >= LISTED);
  return {
    spans: listed.sort((a, b) => b.risk - a.risk || a.firstFrame - b.firstFrame),
    unlisted: spans.length - listed.length,
  };
}

/** One sighting that nothing covers, and the frames that it stands for. */
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

/** Joins pieces of one person, or at one place, that follow each other. */
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
  /** Risk of each frame, so that two doubts about one moment count once. */
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
