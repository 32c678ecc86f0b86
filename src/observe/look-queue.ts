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

/** Extra looks that may be saved up while nothing happens. */
const MOST_CREDIT = 2;

/**
 * Looks one after another, because one alone keeps every core busy. Of the frames that it is given every n-th is
 * looked at; those between wait until the next one is known, and are looked at where the two disagree, within
 * the budget.
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

  /** @param signal drops the looks that wait */
  constructor(detector: Detector, plan: Pick<LookPlan, 'stride' | 'extraPerPass'>, signal?: AbortSignal) {
    this.#detector = detector;
    this.#signal = signal;
    this.#plan = plan;
  }

  /** The look at a frame, or null when it is not worth it. Rejects with the detector's error. */
  add(looked: FrameWithPictures): Promise<Look | null> {
    const isBetween = this.#count % this.#plan.stride !== 0;
    this.#count += 1;
    if (isBetween) {
      const between = new Between(looked);
      this.#between.push(between);
      return between.promise;
    }
    const look = this.#lookAt(looked, this.#running);
    // The caller sees the error where it awaits the look; until then it counts as handled.
    look.catch(() => undefined);
    this.#running = this.#settle(this.#between, look);
    this.#between = [];
    return look;
  }

  /** No frame follows: what still waits is looked at, since nothing will tell whether it is worth it. */
  async end(): Promise<void> {
    const between = this.#between;
    this.#between = [];
    await this.#running;
    await this.#take(between);
  }

  /** Drops the looks that wait and waits for the one that runs. */
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
    // Not before: the look before this one may still have run when this one was asked for.
    const previous = this.#previous;
    this.#previous = faces;
    this.#credit = Math.min(MOST_CREDIT, this.#credit + this.#plan.extraPerPass);
    const isWorthIt = previous !== null && disagree(previous, faces);
    for (const each of between) {
      if (!isWorthIt || this.#credit < 1) {
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
    const faces = await detectInShapes(this.#detector, pictures);
    traceSpan('look', started, { frame: frame.index, faces: faces.length });
    // Without a picture the detector has refused.
    return { frame: frame.index, faces: scaleDetections(faces, pictures[0]!, frame) };
  }
}

/** A frame that waits for the decision whether it is looked at; settled with its look, or null where it gets none. */
class Between extends Deferred<Look | null> {
  readonly looked: FrameWithPictures;

  constructor(looked: FrameWithPictures) {
    super();
    this.looked = looked;
  }
}
