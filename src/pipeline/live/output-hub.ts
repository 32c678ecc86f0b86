import { wallClock } from '../../base/clock.ts';
import type { CurtainReason } from '../../frame/decision.ts';
import type { AnonymizedFrame, Frame, Rational } from '../../frame/frame.ts';
import type { LiveFrame, LiveOutput, LiveSummary, OverloadStep } from '../../frame/live-output.ts';
import type { Logger } from '../../logger.ts';
import { RateMeter } from './rate-meter.ts';
import { AudioTimeline } from './audio-timeline.ts';
import { LiveStats } from './live-stats.ts';

/** The only exit of a live run: puts covered frames on one timeline, passes them to every output, and counts. */
export class OutputHub {
  readonly #timeBase: Rational;
  readonly #sound: AudioTimeline | null;
  readonly #logger: Logger;
  readonly #outputs: LiveOutput[] = [];
  readonly #rate = new RateMeter();
  readonly #tally = new LiveStats();
  #zero: number | null = null;
  #lastPts = -1;
  #lastAt = wallClock();
  #latency: number | null = null;

  constructor(timeBase: Rational, hasSound: boolean, logger: Logger) {
    this.#timeBase = timeBase;
    this.#sound = hasSound ? new AudioTimeline() : null;
    this.#logger = logger;
  }

  /** When the last frame left, milliseconds since 1970; before the first frame, when the outputs were connected. */
  get lastAt(): number {
    return this.#lastAt;
  }

  counts(): { frames: number; curtained: number; fpsOut: number; latency: number | null } {
    const { frames, curtained } = this.#tally;
    return {
      frames,
      curtained,
      fpsOut: this.#rate.rate(wallClock()),
      latency: this.#latency,
    };
  }

  /** Summary so far. */
  summary(): Pick<LiveSummary, 'duration' | 'frames' | 'curtained' | 'causes' | 'latency' | 'outputs'> {
    const { frames, curtained, causes, latency } = this.#tally;
    const { num, den } = this.#timeBase;
    const outputs = this.#outputs.map(({ name, dropped, failures = 0, files = [] }) => {
      return { name, dropped, failures, files };
    });
    const duration = Math.max(0, this.#lastPts * num) / den;
    return { duration, frames, curtained, causes, latency, outputs };
  }

  putSound(capturedAt: number, samples: Uint8Array): void {
    this.#sound?.put(capturedAt / 1000, samples);
  }

  connect(outputs: readonly LiveOutput[]): void {
    this.#outputs.push(...outputs);
    // Opening the outputs may have taken a while.
    this.#lastAt = wallClock();
  }

  /** Lowers or restores the quality of outputs. */
  degrade(taken: readonly OverloadStep[]): void {
    const level = taken.filter((step) => step.startsWith('preview-')).length;
    for (const output of this.#outputs) output.degrade?.(level);
  }

  /** A frame with its time on the timeline. Times always increase, whatever clocks do: encoders refuse equal times. */
  timed(frame: Frame, capturedAt: number): Frame {
    const { num, den } = this.#timeBase;
    this.#zero ??= capturedAt;
    const tick = den / (1000 * num);
    const pts = Math.max(this.#lastPts + Math.ceil(tick), Math.round((capturedAt - this.#zero) * tick));
    this.#lastPts = pts;
    return { ...frame, pts, time: (pts * num) / den };
  }

  /**
   * Passes a covered frame to every output. If one fails, only that one loses the frame.
   *
   * @param cause why it is covered as a whole, or null
   */
  write(covered: LiveFrame & { readonly frame: AnonymizedFrame }, cause: CurtainReason | null): void {
    const now = wallClock();
    const sound = this.#sound?.take(covered.capturedAt / 1000);
    const live = sound === undefined ? covered : { ...covered, sound };
    this.#lastAt = now;
    // A slate has no capture time.
    if (cause !== 'no-source') this.#latency = now - live.capturedAt;
    this.#tally.add(cause, cause === 'no-source' ? null : this.#latency);
    this.#rate.add(now);
    for (const output of this.#outputs) {
      try {
        output.write(live);
      } catch (error) {
        this.#logger.warn(`${output.name} did not take a frame: ${String(error)}`);
      }
    }
  }

  /** Finishes all outputs in parallel. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#outputs.map((output) => output.close()));
  }
}
