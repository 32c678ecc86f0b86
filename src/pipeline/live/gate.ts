import type { UnseenReason } from '../../frame/decision.ts';
import type { Look } from '../../frame/detection.ts';
import { frameBytes } from '../../frame/frame.ts';
import type { Observation } from '../../frame/observation.ts';
import type { CapturedFrame } from '../../source/live/live-source.ts';
import { SceneWatch } from '../../observe/scene-watch.ts';
import { ObservationLine } from '../../observe/live/observation-line.ts';
import { follow } from '../../track/follow.ts';
import { Tracker } from '../../track/tracker.ts';
import type { FrameKnowledge } from '../decide.ts';
import { Curtain } from './curtain.ts';
import { reasonToCover } from './release-rule.ts';

export interface GateOptions {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly lookInterval: number;
  /** Milliseconds from capture to release. */
  readonly delay: number;
}

/** A frame that is due. */
export interface Released {
  readonly captured: CapturedFrame;
  /** What looks tell about it, and whether an earlier curtain must stay. */
  readonly knowledge: FrameKnowledge & { readonly unseen: UnseenReason | null };
}

/** A face is covered for this many seconds before its first and after its last detection. */
const REACH = 1;

/**
 * Frame rate that a source may reach, even if it was slower when opened: cameras are slow in the dark, and a stream may
 * come back faster. At this rate the reach above must still span the same time.
 */
const USUAL_RATE = 30;

/** Largest gap between two looks, milliseconds. */
const LARGEST_GAP = 250;

/** Every detection is covered: live mode has no time for confirmation. */
const CONFIRMATION = { seenOnce: 0, largeFace: 0 };

/** Finished looks, and frames, to remember in addition to waiting ones. */
const REMEMBERED = 512;

/** Memory for waiting frames, bytes, and the delay in milliseconds after which a frame is dropped. */
const BUDGET = 512 * 1024 * 1024;
const STALE = 300;

/** Extra room beyond the delay, because frames arrive at uneven intervals. */
const SPARE = 4;

/** The longest delay that fits into the memory budget, milliseconds. */
export function longestDelay(info: {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}): number {
  const frames = BUDGET / frameBytes('yuv420p', info.width, info.height) - SPARE;
  return Math.floor((1000 * frames) / info.frameRate);
}

/**
 * Holds frames back until they are due, and then returns their faces, or the reason why those are not known. It has no
 * clock and no worker of its own, so that tests can cover every order of events.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #tracker: Tracker;
  readonly #observations: ObservationLine;
  readonly #watch = new SceneWatch();
  /** Limit of waiting frames: those within the delay, and those that a slow run leaves waiting. */
  readonly #room: number;
  readonly #waiting: CapturedFrame[] = [];
  readonly #sceneStarts: number[] = [0];
  readonly #looks: number[] = [];
  /** Capture times of frames. */
  readonly #times = new Map<number, number>();
  #dropped = 0;
  readonly #curtain = new Curtain();
  #lastUnseen: UnseenReason = 'late';

  constructor(options: GateOptions) {
    this.#options = options;
    const { width, height, frameRate, lookInterval, delay } = options;
    const room = Math.ceil(((delay + STALE) * frameRate) / 1000) + SPARE;
    const most = Math.floor(BUDGET / frameBytes('yuv420p', width, height));
    this.#room = Math.max(SPARE, Math.min(room, most));
    const reach = REACH * Math.max(1, USUAL_RATE / frameRate);
    const lookAhead = Math.round(reach * frameRate);
    this.#tracker = new Tracker({
      ...{ width, height, frameRate, lookInterval, lookAhead },
      confirmation: { ...CONFIRMATION, holdSeconds: reach },
      keepsHistory: false,
    });
    this.#observations = new ObservationLine(this.#remembered);
  }

  /** Number of waiting frames. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Number of tracks so far. */
  get tracks(): number {
    return this.#tracker.count;
  }

  /** Whether any look has finished. */
  get hasDetected(): boolean {
    return this.#looks.length > 0;
  }

  /** Number of dropped frames: no room, or too late. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Capture time of a recent frame, milliseconds since 1970; -Infinity for earlier ones. */
  capturedAt(frame: number): number {
    return this.#times.get(frame) ?? -Infinity;
  }

  /** Capture time of the first frame of the newest scene, milliseconds since 1970; -Infinity if that is long ago. */
  get sceneStartedAt(): number {
    return this.capturedAt(this.#sceneStarts.at(-1)!);
  }

  push(captured: CapturedFrame): void {
    const { frame, isFirst } = captured;
    const { index, pts } = frame;
    const change = this.#watch.next(frame);
    // A reopened source counts as a new scene, however it looks.
    const isCut = change.isCut || isFirst;
    this.#follow(this.#observations.addFrame({ frame: index, pts, ...change, isCut }));
    if (isCut) this.#sceneStarts.push(index);
    this.#waiting.push(captured);
    this.#times.set(index, captured.capturedAt);
    if (this.#times.size > this.#remembered) this.#times.delete(this.#times.keys().next().value!);
    if (this.#waiting.length > this.#room) this.#drop();
  }

  /** Adds a finished look. Looks come in order; a look at a forgotten frame is ignored. */
  addLook(look: Look): void {
    const observations = this.#observations.addLook(look);
    if (observations.length === 0) return;
    this.#follow(observations);
    this.#looks.push(look.frame);
    if (this.#looks.length > this.#remembered) this.#looks.shift();
  }

  /** When the next frame is due, milliseconds since 1970; null if none waits. */
  nextDue(): number | null {
    const [first] = this.#waiting;
    return first === undefined ? null : first.capturedAt + this.#options.delay;
  }

  /** The next frame that is due, or null. */
  release(now: number): Released | null {
    // Never drop the newest frame: some frame must leave, however slow the machine is.
    while (this.#waiting.length > 1 && this.nextDue()! < now - STALE) this.#drop();
    const due = this.nextDue();
    if (due === null || due > now) return null;
    const captured = this.#waiting.shift()!;
    const { index } = captured.frame;
    // Even for a curtained frame, because this lets the tracker forget earlier ones.
    this.#tracker.advanceTo(index);
    const unseen = this.#unseen(index);
    this.#lastUnseen = unseen ?? this.#lastUnseen;
    const isCovered = this.#curtain.covers(unseen === null, captured.capturedAt);
    const boxes = isCovered ? [] : this.#tracker.boxesAt(index);
    return { captured, knowledge: { unseen, held: isCovered ? this.#lastUnseen : null, boxes } };
  }

  #follow(observations: readonly Observation[]): void {
    for (const observation of observations) follow(this.#tracker, observation);
  }

  get #remembered(): number {
    return REMEMBERED + this.#room;
  }

  #drop(): void {
    this.#waiting.shift();
    this.#dropped += 1;
  }

  #unseen(frame: number): UnseenReason | null {
    while ((this.#sceneStarts[1] ?? Infinity) <= frame) this.#sceneStarts.shift();
    const isUnobserved = this.#tracker.isUnobserved(frame);
    const { lookInterval, frameRate } = this.#options;
    const [sceneStart, sceneEnd = Infinity] = this.#sceneStarts;
    const next = this.#looks.findIndex((look) => look >= frame);
    const [after = null, later = Infinity] = next === -1 ? [] : this.#looks.slice(next, next + 2);
    const reason = reasonToCover({
      frame,
      sceneStart: sceneStart!,
      before: this.#looks.findLast((look) => look < frame) ?? null,
      after,
      second: later < sceneEnd ? later : null,
      timeOf: (of) => this.capturedAt(of),
      largestGap: Math.max(LARGEST_GAP, (2000 * lookInterval) / frameRate),
    });
    if (reason !== null) return reason;
    return isUnobserved ? 'unobserved' : null;
  }
}
