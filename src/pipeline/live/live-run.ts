import { wallClock } from '../../base/clock.ts';
import { Deferred } from '../../base/deferred.ts';
import { frameBytes, type Picture } from '../../frame/frame.ts';
import type {
  CurtainCause,
  LiveControl,
  LiveFrame,
  LiveOutput,
  LiveSettings,
  LiveStatus,
  LiveSummary,
} from '../../frame/live-output.ts';
import type { CapturedFrame, LiveListener } from '../../source/live/live-source.ts';
import { AnonymizerSupervisor } from './anonymizer-supervisor.ts';
import { Gate, type Released } from './gate.ts';
import type { LiveRunOptions } from './live-run-options.ts';
import { coverText, overloadTexts, type CoverReason } from './live-sentences.ts';
import { LookScheduler } from './look-scheduler.ts';
import { OutputHub } from './output-hub.ts';
import { RateMeter } from './rate-meter.ts';

/** Milliseconds without a frame after which a slate is shown, and between two slates. */
const SLATE = { after: 1000, every: 200 };

/**
 * A live run: frames come from the source, wait in the gate, and leave covered through the hub. Everything that
 * goes wrong on the way covers the whole picture.
 */
export class LiveRun implements LiveListener, LiveControl {
  readonly #options: LiveRunOptions;
  readonly #gate: Gate;
  readonly #hub: OutputHub;
  readonly #looks: LookScheduler;
  readonly #rateIn = new RateMeter();
  #anonymizer: AnonymizerSupervisor | null = null;
  readonly #finished = new Deferred<void>();
  #timer: NodeJS.Timeout | undefined;
  #isBusy = false;
  #isClosed = false;
  #hasEnded = false;
  #isPanic = false;
  #framesIn = 0;
  #sourceLosses = 0;
  #lostReason: string | null = null;
  #reason: CoverReason | null = 'starting';
  #faces = 0;

  private constructor(options: LiveRunOptions) {
    const { source, delay, looks } = options;
    const { width, height, frameRate, timeBase, hasSound } = source.info;
    const rate = frameRate.num / frameRate.den;
    this.#options = options;
    this.#isPanic = options.startsCovered;
    this.#hub = new OutputHub(timeBase, hasSound, options.logger);
    const lookInterval = looks.interval(rate);
    this.#gate = new Gate({ width, height, frameRate: rate, lookInterval, delay });
    const known = {
      rate: () => this.#rateIn.rate(wallClock()),
      capturedAt: (index: number) => this.#gate.capturedAt(index),
      sceneStartedAt: () => this.#gate.sceneStartedAt,
      threshold: () => this.#anonymizer!.settings.threshold,
    };
    this.#looks = new LookScheduler(options, known, (look) => {
      this.#gate.addLook(look);
    });
  }

  /**
   * Starts the anonymizer, opens the outputs, then lets the frames come.
   *
   * @param openOutputs given the run, which some outputs ask and control
   * @throws VeilError what keeps one of them from starting; everything is closed then
   */
  static async start(
    options: LiveRunOptions,
    openOutputs: (run: LiveRun) => Promise<readonly LiveOutput[]>,
  ): Promise<LiveRun> {
    const run = new LiveRun(options);
    try {
      run.#anonymizer = await AnonymizerSupervisor.start(
        options.openAnonymizer,
        options.settings,
        options.logger,
      );
      run.#hub.connect(await openOutputs(run));
    } catch (error) {
      await run.close();
      throw error;
    }
    options.source.start(run);
    run.#plan();
    return run;
  }

  /** Resolves when the source has ended (a file) or the run was closed; rejects when it can't go on. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  frame(captured: CapturedFrame): void {
    this.#lostReason = null;
    this.#framesIn += 1;
    this.#rateIn.add(wallClock());
    this.#gate.push(captured);
    this.#plan();
  }

  pictures(index: number, pictures: readonly Picture[]): void {
    this.#looks.offer(index, pictures);
  }

  sound(capturedAt: number, samples: Uint8Array): void {
    this.#hub.putSound(capturedAt, samples);
  }

  lost(reason: string): void {
    this.#lose(`The source is lost: ${reason}.`);
    this.#plan();
  }

  ended(): void {
    this.#hasEnded = true;
    this.#plan();
  }

  change(changes: Partial<LiveSettings>): void {
    this.#anonymizer?.change(changes);
  }

  panic(isOn: boolean): void {
    if (isOn !== this.#isPanic) {
      this.#options.logger.warn(isOn ? 'Everything is covered by hand.' : 'No longer covered by hand.');
    }
    this.#isPanic = isOn;
  }

  async record(isOn: boolean): Promise<void> {
    await this.#options.recorder?.record(isOn);
  }

  status(): LiveStatus {
    const { recorder } = this.#options;
    return {
      state: this.#state(),
      reason: this.#coverReason(),
      settings: this.#anonymizer?.settings ?? this.#options.settings,
      faces: this.#faces,
      tracks: this.#gate.tracks,
      fpsIn: this.#rateIn.rate(wallClock()),
      ...this.#hub.counts(),
      delay: this.#options.delay,
      dropped: this.#gate.dropped,
      overload: overloadTexts(this.#looks.overload),
      isRecording: recorder?.isRecording === true,
      canRecord: recorder !== null,
    };
  }

  /** How it went; whole once the run is closed. */
  summary(): LiveSummary {
    const { dropped, tracks } = this.#gate;
    return {
      ...this.#hub.summary(),
      framesIn: this.#framesIn,
      dropped,
      tracks,
      sourceLosses: this.#sourceLosses,
      detectorFailures: this.#looks.failures,
    };
  }

  /** A covered frame without a picture, for when there is none to show. Null before the run has started. */
  slate(): LiveFrame | null {
    if (this.#anonymizer === null) return null;
    const { width, height } = this.#options.source.info;
    const capturedAt = wallClock() - this.#options.delay;
    const data = new Uint8Array(frameBytes('yuv420p', width, height));
    const blank = { index: 0, pts: 0, time: 0, width, height, format: 'yuv420p', data } as const;
    const frame = this.#anonymizer.curtain(this.#hub.timed(blank, capturedAt));
    return { frame, boxes: null, capturedAt };
  }

  /** Stops the source and ends every output in good order. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.allSettled([
      this.#options.source[Symbol.asyncDispose](),
      this.#hub.close(),
      this.#looks.close(),
    ]);
    await this.#anonymizer?.close();
    this.#finished.resolve();
  }

  #state(): LiveStatus['state'] {
    if (this.#isPanic) return 'panic';
    if (this.#lostReason !== null) return 'no-source';
    if (!this.#gate.hasDetected || this.#reason === 'starting') return 'starting';
    return this.#reason === null ? 'live' : 'curtain';
  }

  #coverReason(): string | null {
    if (this.#isPanic) return 'Everything is covered by hand.';
    if (this.#lostReason !== null) return this.#lostReason;
    if (!this.#gate.hasDetected) return coverText('starting');
    return this.#reason === null ? null : (this.#looks.problem ?? coverText(this.#reason));
  }

  /** Sets the clock to when something is next to be done. */
  #plan(): void {
    if (this.#isClosed || this.#isBusy) return;
    clearTimeout(this.#timer);
    const due = this.#gate.nextDue();
    if (due === null && this.#hasEnded) {
      this.#finished.resolve();
      return;
    }
    const at = due ?? this.#hub.lastAt + this.#silenceAllowed();
    this.#timer = setTimeout(
      () => {
        this.#leaveDue().catch(this.#finished.reject);
      },
      Math.max(0, Math.ceil(at - wallClock())),
    );
  }

  async #leaveDue(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (
        let next = this.#gate.release(wallClock());
        next !== null;
        next = this.#gate.release(wallClock())
      ) {
        await this.#leave(next);
        if (this.#isClosed) return;
      }
      if (this.#gate.nextDue() === null && !this.#hasEnded) this.#leaveSlate();
    } finally {
      this.#isBusy = false;
    }
    this.#plan();
  }

  async #leave({ captured, boxes, reason, isHeld }: Released): Promise<void> {
    const anonymizer = this.#anonymizer!;
    const { capturedAt } = captured;
    const frame = this.#hub.timed(captured.frame, capturedAt);
    const shown = boxes === null || this.#isPanic ? null : await anonymizer.heads(frame, boxes);
    const problem = boxes !== null && shown === null && !this.#isPanic ? 'cover-failed' : reason;
    this.#noteReason(problem);
    // A single late look covers many frames: what counts is how many were late themselves.
    this.#looks.judge(problem !== null && !isHeld, wallClock());
    // Asked again: somebody may have pressed the key while the frame was being covered.
    if (shown === null || boxes === null || this.#isPanic) {
      this.#faces = 0;
      this.#hub.write({ frame: anonymizer.curtain(frame), boxes: null, capturedAt }, this.#cause(boxes));
    } else {
      this.#faces = boxes.length;
      this.#hub.write({ frame: shown, boxes, capturedAt }, null);
    }
  }

  #leaveSlate(): void {
    if (wallClock() - this.#hub.lastAt < this.#silenceAllowed()) return;
    if (this.#lostReason === null) this.#lose('The source gives no picture.');
    const slate = this.slate();
    this.#faces = 0;
    if (slate !== null) this.#hub.write(slate, 'no-source');
  }

  /** Why a frame is covered as a whole, given what would have been covered of it otherwise. */
  #cause(boxes: Released['boxes']): CurtainCause {
    if (this.#isPanic) return 'panic';
    if (boxes !== null) return 'cover';
    if (!this.#gate.hasDetected) return 'starting';
    return this.#looks.problem === null ? 'late' : 'detector';
  }

  #lose(reason: string): void {
    // A try that fails is no other loss.
    if (this.#lostReason === null) this.#sourceLosses += 1;
    this.#lostReason = reason;
  }

  #silenceAllowed(): number {
    return this.#lostReason === null ? SLATE.after : SLATE.every;
  }

  #noteReason(reason: CoverReason | null): void {
    if (reason === this.#reason) return;
    this.#reason = reason;
    const { logger } = this.#options;
    if (reason === null) logger.info('The picture is shown.');
    else logger.info(`The picture is covered. ${this.#looks.problem ?? coverText(reason)}`);
  }
}
