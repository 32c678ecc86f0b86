import { Deferred } from '../base/deferred.ts';
import { traceSpan, traceStart } from '../base/trace.ts';
import type { Detector } from '../detect/detector.ts';
import { detectInShapes } from '../detect/detect-in-shapes.ts';
import { disagree } from '../detect/disagreement.ts';
import { interrupted } from '../errors.ts';
import { scaleDetections, type Detection, type Look } from '../frame/detection.ts';
import type { Frame, Picture } from '../frame/frame.ts';
import type { LookPlan } from './look-plan.ts';

/** A frame with its small pictures, largest first. */
export interface FrameWithPictures {
  readonly frame: Frame;
  readonly pictures: readonly Picture[];
}

/** Limit of extra looks saved up while nothing happens. */
const MOST_CREDIT = 2;

/**
 * Runs looks one after another, because a single one uses all cores. Every n-th of the given frames gets a look; those
 * between wait for the next look, and get their own if the two disagree, within the budget.
 */
export class LookQueue {
  readonly #detector: Detector;
  readonly #plan: Pick<LookPlan, 'stride' | 'extraPerPass'>;
  readonly #signal: AbortSignal | undefined;
  #between: Between[] = [];
  #running: Promise<void> = Promise.resolve();
  #previous: readonly Detection[] | null = null;
  #credit = 0;
  #count = 0;
  #isStopped = false;

  /** @param signal drops waiting looks */
  constructor(detector: Detector, plan: Pick<LookPlan, 'stride' | 'extraPerPass'>, signal?: AbortSignal) {
    this.#detector = detector;
    this.#signal = signal;
    this.#plan = plan;
  }

  /** The look at a frame, or null if it gets none. Rejects with the detector's error. */
  add(looked: FrameWithPictures): Promise<Look | null> {
    const isBetween = this.#count % this.#plan.stride !== 0;
    this.#count += 1;
    if (isBetween) {
      const between = new Between(looked);
      this.#between.push(between);
      return between.promise;
    }
    const look = this.#lookAt(looked, this.#running);
    // The caller gets the error when it awaits the look; until then it counts as handled.
    look.catch(() => undefined);
    this.#running = this.#settle(this.#between, look);
    this.#between = [];
    return look;
  }

  /** Ends the input: waiting frames get looks, because no later look can decide about them. */
  async end(): Promise<void> {
    const between = this.#between;
    this.#between = [];
    await this.#running;
    await this.#take(between);
  }

  /** Drops waiting looks, and waits for the running one. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
    for (const between of this.#between) between.reject(interrupted());
  }

  /** Decides about the frames between two looks. Never rejects. */
  async #settle(between: readonly Between[], look: Promise<Look>): Promise<void> {
    let faces: readonly Detection[];
    try {
      ({ faces } = await look);
    } catch {
      // The caller awaits the look itself, and stops the run.
      for (const each of between) each.resolve(null);
      return;
    }
    // Not earlier: the previous look may still have been running when this one was requested.
    const previous = this.#previous;
    this.#previous = faces;
    this.#credit = Math.min(MOST_CREDIT, this.#credit + this.#plan.extraPerPass);
    const isWorthIt = previous !== null && disagree(previous, faces);
    for (const each of between) {
      if (!isWorthIt || this.#credit < 1) {
        release(each.looked.pictures);
        each.resolve(null);
        continue;
      }
      this.#credit -= 1;
      await this.#take([each]);
    }
  }

  async #take(between: readonly Between[]): Promise<void> {
    for (const each of between) {
      try {
        each.resolve(await this.#lookAt(each.looked));
      } catch (error) {
        each.reject(error);
      }
    }
  }

  async #lookAt(
    { frame, pictures }: FrameWithPictures,
    after: Promise<void> = Promise.resolve(),
  ): Promise<Look> {
    await after;
    if (this.#isStopped || this.#signal?.aborted === true) throw interrupted();
    const started = traceStart();
    const found = await detectInShapes(this.#detector, pictures);
    traceSpan('look', started, { frame: frame.index, faces: found.length });
    // The detector has already refused an empty list.
    const faces = scaleDetections(found, pictures[0]!, frame);
    release(pictures);
    return { frame: frame.index, faces };
  }
}

function release(pictures: readonly Picture[]): void {
  for (const picture of pictures) picture.release?.();
}

/** A frame that waits for a decision; settled with its look, or null if it gets none. */
class Between extends Deferred<Look | null> {
  readonly looked: FrameWithPictures;

  constructor(looked: FrameWithPictures) {
    super();
    this.looked = looked;
  }
}
