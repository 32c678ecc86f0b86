import type { Look } from '../../frame/detection.ts';
import type { Picture } from '../../frame/frame.ts';
import type { LiveRunOptions } from './live-run-options.ts';
import { LookSchedule, type DueLook } from '../../observe/live/look-schedule.ts';
import { LookSizes, type LookSize } from '../../observe/live/look-sizes.ts';
import { overloadNotice } from './live-sentences.ts';
import { OverloadLadder, type OverloadStep } from './overload.ts';
import { wallClock } from '../../base/clock.ts';

/** What changes while a run goes on. */
interface Known {
  /** Frames a second. */
  readonly rate: () => number;
  /** When a frame was captured, milliseconds since 1970. */
  readonly capturedAt: (index: number) => number;
  /** When the first frame of the newest scene was captured, milliseconds since 1970. */
  readonly sceneStartedAt: () => number;
  /** Score from which a detection counts as a face. */
  readonly threshold: () => number;
}

/** Gives the newest pictures to the detector whenever it is free, and less of them while the machine is overloaded. */
export class LookScheduler {
  readonly #options: LiveRunOptions;
  readonly #known: Known;
  readonly #onLook: (look: Look) => void;
  readonly #ladder: OverloadLadder;
  readonly #schedule: LookSchedule;
  readonly #sizes = new LookSizes();
  #isClosed = false;

  /**
   * @param onLook given each look that is finished, in order
   */
  constructor(options: LiveRunOptions, known: Known, onLook: (look: Look) => void) {
    const { looks, delay, steps, worker } = options;
    this.#known = known;
    this.#options = options;
    this.#onLook = onLook;
    this.#ladder = new OverloadLadder(steps);
    this.#schedule = new LookSchedule({ spacing: looks.spacing, delay });
    worker.onFree = () => {
      this.#look();
    };
  }

  /** Why the detector can't look at present, in a sentence, or null. */
  get problem(): string | null {
    return this.#options.worker.problem;
  }

  /** Times that the detector failed. */
  get failures(): number {
    return this.#options.worker.failures;
  }

  /** What is done against overload now. */
  get overload(): readonly OverloadStep[] {
    return this.#ladder.taken;
  }

  /** Takes the pictures of a frame. Those of the frames before are worth nothing any more. */
  offer(index: number, pictures: readonly Picture[]): void {
    this.#schedule.offer({ index, pictures, capturedAt: this.#known.capturedAt(index) });
    this.#look();
  }

  /** Notes whether a frame had to be covered because the machine was too slow, and does less or more from then on. */
  judge(isLate: boolean, now: number): void {
    // A detector that is dead is no overload: doing less would not help.
    if (this.problem !== null || !this.#ladder.add(isLate, now)) return;
    const { logger, onOverload } = this.#options;
    const { taken } = this.#ladder;
    logger.info(overloadNotice(taken));
    onOverload?.(taken);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#options.worker.close();
  }

  #look(): void {
    const { worker, source, looks, logger } = this.#options;
    if (!worker.isFree || this.#isClosed) return;
    const next = this.#schedule.take(this.#ladder.has('fewer-looks'), 1000 / Math.max(1, this.#known.rate()));
    if (next === null) return;
    const { width, height } = source.info;
    const begun = wallClock();
    const size = this.#sizeOf(next, begun);
    const pictures =
      size === 'spared' ? next.pictures.slice(-looks.reducedCount!) : next.pictures.slice(0, looks.fullCount);
    const threshold = this.#known.threshold();
    worker.look({ frame: next.index, width, height, pictures, threshold }).then(
      (look) => {
        this.#schedule.took(wallClock() - next.capturedAt);
        if (size === 'usual') this.#sizes.took(next.capturedAt, wallClock() - begun);
        this.#onLook(look);
      },
      // The worker tells why; without its look the gate covers everything.
      (error: unknown) => {
        logger.debug(String(error));
      },
    );
  }

  #sizeOf(look: DueLook, now: number): LookSize {
    if (this.#options.looks.reducedCount === null) return 'usual';
    if (this.#ladder.has('smaller-looks')) return 'spared';
    return this.#sizes.choose({ ...look, now, sceneStartedAt: this.#known.sceneStartedAt() });
  }
}
