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
  /** Milliseconds from capture until a frame leaves. */
  readonly delay: number;
}

/** A frame whose time has come. */
export interface Released {
  readonly captured: CapturedFrame;
  /** What looks tell of it, and whether a curtain over the frames before has to stay. */
  readonly knowledge: FrameKnowledge & { readonly unseen: UnseenReason | null };
}

/** Seconds that a face is covered before it was first and after it was last seen. */
const REACH = 1;

/**
 * Frames a second that a source may come to have, whatever was measured when it was opened: cameras are slow in the
 * dark, and a stream may come back another. A face is covered for as many frames as those seconds have then.
 */
const USUAL_RATE = 30;

/** Milliseconds between two looks. */
const LARGEST_GAP = 250;

/** Whatever the detector reports is covered, there being no time to wait for a second opinion. */
const CONFIRMATION = { seenOnce: 0, largeFace: 0 };

/** Finished looks, and frames, that are remembered beyond those that wait. */
const REMEMBERED = 512;

/** Bytes of frames that may wait, and milliseconds after which one that should have left is worth nothing. */
const BUDGET = 512 * 1024 * 1024;
const STALE = 300;

/** Frames beyond those of the delay that there is always room for: they come a little unevenly. */
const SPARE = 4;

/** Milliseconds that frames can be held back in the memory that they may take. */
export function longestDelay(info: {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}): number {
  const frames = BUDGET / frameBytes('yuv420p', info.width, info.height) - SPARE;
  return Math.floor((1000 * frames) / info.frameRate);
}

/**
 * Holds frames back until their time, and gives their faces then, or the reason why those are not known. Knows no clock
 * and no worker, so that every order of events can be tested.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #tracker: Tracker;
  readonly #observations: ObservationLine;
  readonly #watch = new SceneWatch();
  /** Frames that may wait, for their time and for a clock that is late. */
  readonly #room: number;
  readonly #waiting: CapturedFrame[] = [];
  readonly #sceneStarts: number[] = [0];
  readonly #looks: number[] = [];
  /** When frames were captured. */
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

  /** Frames that wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Faces followed so far. */
  get tracks(): number {
    return this.#tracker.count;
  }

  /** Whether any look was ever finished. */
  get hasDetected(): boolean {
    return this.#looks.length > 0;
  }

  /** Frames that were thrown away: there was no room, or they were too late. */
  get dropped(): number {
    return this.#dropped;
  }

  /** When a frame of the last seconds was captured, milliseconds since 1970; -Infinity for earlier ones. */
  capturedAt(frame: number): number {
    return this.#times.get(frame) ?? -Infinity;
  }

  /** When the first frame of the newest scene was captured, milliseconds since 1970; -Infinity where that is long ago. */
  get sceneStartedAt(): number {
    return this.capturedAt(this.#sceneStarts.at(-1)!);
  }

  push(captured: CapturedFrame): void {
    const { frame, isFirst } = captured;
    const { index, pts } = frame;
    const change = this.#watch.next(frame);
    // A source that was opened again shows another scene, whatever it looks like.
    const isCut = change.isCut || isFirst;
    this.#follow(this.#observations.addFrame({ frame: index, pts, ...change, isCut }));
    if (isCut) this.#sceneStarts.push(index);
    this.#waiting.push(captured);
    this.#times.set(index, captured.capturedAt);
    if (this.#times.size > this.#remembered) this.#times.delete(this.#times.keys().next().value!);
    if (this.#waiting.length > this.#room) this.#drop();
  }

  /** Takes a finished look. Looks come in order; one at a frame that was forgotten counts for nothing. */
  addLook(look: Look): void {
    const observations = this.#observations.addLook(look);
    if (observations.length === 0) return;
    this.#follow(observations);
    this.#looks.push(look.frame);
    if (this.#looks.length > this.#remembered) this.#looks.shift();
  }

  /** When the next frame is due, milliseconds since 1970, or null where none waits. */
  nextDue(): number | null {
    const [first] = this.#waiting;
    return first === undefined ? null : first.capturedAt + this.#options.delay;
  }

  /** The next frame that is due, or null. */
  release(now: number): Released | null {
    // The newest is never too old: something must leave, however slow the machine is.
    while (this.#waiting.length > 1 && this.nextDue()! < now - STALE) this.#drop();
    const due = this.nextDue();
    if (due === null || due > now) return null;
    const captured = this.#waiting.shift()!;
    const { index } = captured.frame;
    // Even if the frame will be curtained: the tracker forgets earlier frames this way.
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
