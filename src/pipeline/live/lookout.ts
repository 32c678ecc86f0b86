import type { Look } from '../../frame/face.ts';
import type { Picture } from '../../frame/frame.ts';
import type { LiveRunOptions } from './live-run-options.ts';
import { LookSchedule } from './look-schedule.ts';
import { clock } from './outlet.ts';
import { OverloadLadder, type OverloadStep } from './overload.ts';

interface KnownFrames {
  readonly rate: () => number;
  readonly capturedAt: (index: number) => number;
}

/** Gives the newest pictures to the detector whenever it is free, and less of them while the machine is overloaded. */
export class Lookout {
  readonly #options: LiveRunOptions;
  readonly #frames: KnownFrames;
  readonly #onLook: (look: Look) => void;
  readonly #ladder: OverloadLadder;
  readonly #schedule: LookSchedule;
  #isClosed = false;

  /**
   * @param frames what is known of them now: how many a second, and when each was captured, milliseconds since 1970
   * @param onLook given each look that is finished, in order, with whatever the detector reports
   */
  constructor(options: LiveRunOptions, frames: KnownFrames, onLook: (look: Look) => void) {
    const { looks, delay, steps, looker } = options;
    this.#frames = frames;
    this.#options = options;
    this.#onLook = onLook;
    this.#ladder = new OverloadLadder(steps);
    this.#schedule = new LookSchedule({ spacing: looks.spacing, delay });
    looker.onFree = () => {
      this.#look();
    };
  }

  /** Why the detector can't look at present, in a sentence, or null. */
  get problem(): string | null {
    return this.#options.looker.problem;
  }

  /** Times that the detector failed. */
  get failures(): number {
    return this.#options.looker.failures;
  }

  /** What is done against overload now. */
  get overload(): readonly OverloadStep[] {
    return this.#ladder.taken;
  }

  /** Takes the pictures of a frame. Those of the frames before are worth nothing any more. */
  offer(index: number, pictures: readonly Picture[]): void {
    this.#schedule.offer({ index, pictures, capturedAt: this.#frames.capturedAt(index) });
    this.#look();
  }

  /** Notes whether a frame had to be covered because the machine was too slow, and does less or more from then on. */
  judge(isLate: boolean, now: number): void {
    // A detector that is dead is no overload: doing less would not help.
    if (this.problem !== null || !this.#ladder.add(isLate, now)) return;
    const { logger, onOverload } = this.#options;
    const { taken } = this.#ladder;
    logger.info(
      taken.length === 0 ? 'No longer overloaded.' : `The machine is overloaded, so Veil ${listed(taken)}.`,
    );
    onOverload?.(taken);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#options.looker.close();
  }

  #look(): void {
    const { looker, source, looks, logger } = this.#options;
    if (!looker.isFree || this.#isClosed) return;
    const next = this.#schedule.take(
      this.#ladder.has('looks less often'),
      1000 / Math.max(1, this.#frames.rate()),
    );
    if (next === null) return;
    const { width, height } = source.info;
    const isSparing = this.#ladder.has('takes smaller looks') && looks.spared !== null;
    const pictures = isSparing ? next.pictures.slice(-looks.spared) : next.pictures.slice(0, looks.usual);
    looker.look({ frame: next.index, width, height, pictures }).then(
      (look) => {
        this.#schedule.took(clock() - next.capturedAt);
        this.#onLook(look);
      },
      // The looker tells why; without its look the gate covers everything.
      (error: unknown) => {
        logger.debug(String(error));
      },
    );
  }
}

function listed(steps: readonly string[]): string {
  return steps.length < 2 ? steps.join('') : `${steps.slice(0, -1).join(', ')} and ${steps.at(-1)!}`;
}
