import { wallClock } from '../../base/clock.ts';
import type { Picture } from '../../frame/frame.ts';
import type { DetectorWorker } from '../../observe/live/detector-supervisor.ts';
import { LookSchedule, type DueLook } from '../../observe/live/look-schedule.ts';
import { LookSizes, type LookSize } from '../../observe/live/look-sizes.ts';
import type { AnonymizerSupervisor } from './anonymizer-supervisor.ts';
import type { Gate } from './gate.ts';
import type { LiveRunOptions } from './live-run-options.ts';
import type { OverloadLadder } from './overload.ts';
import type { RateMeter } from './rate-meter.ts';

export interface LookSchedulerOptions extends Pick<LiveRunOptions, 'worker' | 'looks' | 'delay' | 'logger'> {
  /** Size of the frames, pixels. */
  readonly width: number;
  readonly height: number;
  /** Knows capture times, and takes finished looks. */
  readonly gate: Gate;
  /** Rate of incoming frames. */
  readonly rateIn: RateMeter;
  /** Has the threshold, which can change at any time. */
  readonly anonymizer: AnonymizerSupervisor;
  readonly ladder: OverloadLadder;
}

/** Sends the newest pictures to the detector whenever it is free, and fewer or smaller ones under overload. */
export class LookScheduler {
  readonly #options: LookSchedulerOptions;
  readonly #schedule: LookSchedule;
  readonly #sizes = new LookSizes();
  #isClosed = false;

  constructor(options: LookSchedulerOptions) {
    const { looks, delay, worker } = options;
    this.#options = options;
    this.#schedule = new LookSchedule({ spacing: looks.spacing, delay });
    worker.onFree = () => {
      this.#look();
    };
  }

  /** State of the detector. */
  get detector(): 'works' | 'starting' | 'failed' {
    if (!this.#options.gate.hasDetected) return 'starting';
    return this.#options.worker.problem === null ? 'works' : 'failed';
  }

  /** Number of failures of the detector. */
  get failures(): number {
    return this.#options.worker.failures;
  }

  /** Offers the pictures of a frame, which replace those of earlier frames. */
  offer(index: number, pictures: readonly Picture[]): void {
    const capturedAt = this.#options.gate.capturedAt(index);
    this.#schedule.offer({ index, pictures, capturedAt });
    this.#look();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#options.worker.close();
  }

  #look(): void {
    const { worker, width, height, anonymizer, rateIn, ladder } = this.#options;
    if (!worker.isFree || this.#isClosed) return;
    const interval = 1000 / Math.max(1, rateIn.rate(wallClock()));
    const next = this.#schedule.take(ladder.has('fewer-looks'), interval);
    if (next === null) return;
    const begun = wallClock();
    const size = this.#sizeOf(next, begun);
    const pictures = this.#picturesOf(next, size);
    const { threshold } = anonymizer.settings;
    this.#finish(worker.look({ frame: next.index, width, height, pictures, threshold }), next, {
      size,
      begun,
    });
  }

  #finish(
    looking: ReturnType<DetectorWorker['look']>,
    { capturedAt }: DueLook,
    { size, begun }: { readonly size: LookSize; readonly begun: number },
  ): void {
    const { gate, logger } = this.#options;
    looking.then(
      (look) => {
        this.#schedule.took(wallClock() - capturedAt);
        if (size === 'usual') this.#sizes.took(capturedAt, wallClock() - begun);
        gate.addLook(look);
      },
      // The worker reports the reason; without the look the gate covers everything.
      (error: unknown) => {
        logger.debug(String(error));
      },
    );
  }

  #picturesOf({ pictures }: DueLook, size: LookSize): readonly Picture[] {
    const { fullCount, reducedCount } = this.#options.looks;
    return size === 'spared' ? pictures.slice(-reducedCount!) : pictures.slice(0, fullCount);
  }

  #sizeOf(look: DueLook, now: number): LookSize {
    const { looks, ladder, gate } = this.#options;
    if (looks.reducedCount === null) return 'usual';
    if (ladder.has('smaller-looks')) return 'spared';
    return this.#sizes.choose({ ...look, now, sceneStartedAt: gate.sceneStartedAt });
  }
}
