import { Alarm } from '../../base/alarm.ts';
import { wallClock } from '../../base/clock.ts';
import { Deferred } from '../../base/deferred.ts';
import type { CurtainReason, Decision } from '../../frame/decision.ts';
import { frameBytes, type Picture } from '../../frame/frame.ts';
import type {
  LiveControl,
  LiveFrame,
  LiveOutput,
  LiveSettings,
  LiveStatus,
  LiveSummary,
} from '../../frame/live-output.ts';
import type { CapturedFrame, LiveListener } from '../../source/live/live-source.ts';
import { decide } from '../decide.ts';
import { AnonymizerSupervisor } from './anonymizer-supervisor.ts';
import { Gate, type Released } from './gate.ts';
import type { LiveRunOptions } from './live-run-options.ts';
import { curtainNotice, overloadNotice, PANIC_NOTICE } from './live-sentences.ts';
import { LookScheduler } from './look-scheduler.ts';
import { OutputHub } from './output-hub.ts';
import { OverloadLadder } from './overload.ts';
import { RateMeter } from './rate-meter.ts';

/** Milliseconds without a frame before the first slate, and between slates. */
const SLATE = { after: 1000, every: 200 };

/**
 * A live run: frames come from the source, wait in the gate, and leave covered through the hub. Any failure on the way
 * covers the whole picture.
 */
export class LiveRun implements LiveListener, LiveControl {
  readonly #options: LiveRunOptions;
  readonly #anonymizer: AnonymizerSupervisor;
  readonly #gate: Gate;
  readonly #hub: OutputHub;
  readonly #ladder: OverloadLadder;
  readonly #looks: LookScheduler;
  readonly #rateIn = new RateMeter();
  readonly #alarm = new Alarm();
  readonly #finished = new Deferred<void>();
  #isClosed = false;
  #hasEnded = false;
  #isPanic: boolean;
  #framesIn = 0;
  #sourceLosses = 0;
  #isLost = false;
  #sourceProblem: string | null = null;
  /** Why the last frame was covered as a whole, apart from panic; undefined before the first frame. */
  #reason: CurtainReason | null | undefined;
  #faces = 0;

  private constructor(options: LiveRunOptions, anonymizer: AnonymizerSupervisor) {
    const { source, delay, looks, worker, logger } = options;
    const { width, height, frameRate, timeBase, hasSound } = source.info;
    const rate = frameRate.num / frameRate.den;
    this.#options = options;
    this.#anonymizer = anonymizer;
    this.#isPanic = options.startsCovered;
    this.#hub = new OutputHub(timeBase, hasSound, logger);
    this.#gate = new Gate({ width, height, frameRate: rate, lookInterval: looks.interval(rate), delay });
    this.#ladder = new OverloadLadder(options.steps);
    this.#looks = new LookScheduler({
      ...{ worker, looks, delay, logger, width, height, anonymizer },
      ...{ gate: this.#gate, rateIn: this.#rateIn, ladder: this.#ladder },
    });
  }

  /**
   * Opens the anonymizer. Frames come only after {@link start}. The caller closes the run, which closes the source and
   * the worker.
   *
   * @throws VeilError USAGE, GPU_UNAVAILABLE
   */
  static async open(options: LiveRunOptions): Promise<LiveRun> {
    const { openAnonymizer, settings, logger } = options;
    return new LiveRun(options, await AnonymizerSupervisor.start(openAnonymizer, settings, logger));
  }

  /** Starts the flow of frames to these outputs. */
  start(outputs: readonly LiveOutput[]): void {
    this.#hub.connect(outputs);
    this.#options.source.start(this);
    this.#release().then(this.#finished.resolve, this.#finished.reject);
  }

  /** Resolves when a file has ended or the run was closed; rejects if the run can't go on. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  frame(captured: CapturedFrame): void {
    this.#isLost = false;
    this.#framesIn += 1;
    this.#rateIn.add(wallClock());
    this.#gate.push(captured);
    this.#alarm.ring();
  }

  pictures(index: number, pictures: readonly Picture[]): void {
    this.#looks.offer(index, pictures);
  }

  sound(capturedAt: number, samples: Uint8Array): void {
    this.#hub.putSound(capturedAt, samples);
  }

  lost(reason: string): void {
    this.#lose(reason);
    this.#alarm.ring();
  }

  ended(): void {
    this.#hasEnded = true;
    this.#alarm.ring();
  }

  change(changes: Partial<LiveSettings>): void {
    this.#anonymizer.change(changes);
  }

  panic(isOn: boolean): void {
    if (isOn !== this.#isPanic) {
      this.#options.logger.warn(isOn ? PANIC_NOTICE : 'No longer covered by hand.');
    }
    this.#isPanic = isOn;
  }

  async record(isOn: boolean): Promise<void> {
    await this.#options.recorder?.record(isOn);
  }

  status(): LiveStatus {
    const { recorder, delay } = this.#options;
    const reason = this.#reasonNow();
    return {
      state: stateOf(reason),
      reason,
      sourceProblem: this.#isLost ? this.#sourceProblem : null,
      settings: this.#anonymizer.settings,
      faces: this.#faces,
      tracks: this.#gate.tracks,
      fpsIn: this.#rateIn.rate(wallClock()),
      ...this.#hub.counts(),
      delay,
      dropped: this.#gate.dropped,
      overload: this.#ladder.taken,
      isRecording: recorder?.isRecording === true,
      canRecord: recorder !== null,
    };
  }

  /** Summary of the run; complete once the run is closed. */
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

  /** A covered frame without a picture, for times without a source. */
  slate(): LiveFrame {
    const { width, height } = this.#options.source.info;
    const capturedAt = wallClock() - this.#options.delay;
    const data = new Uint8Array(frameBytes('yuv420p', width, height));
    const blank = { index: 0, pts: 0, time: 0, width, height, format: 'yuv420p', data } as const;
    const frame = this.#anonymizer.curtain(this.#hub.timed(blank, capturedAt));
    return { frame, boxes: null, capturedAt };
  }

  /** Stops the source and finishes every output. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#alarm.ring();
    await Promise.allSettled([
      this.#options.source[Symbol.asyncDispose](),
      this.#hub.close(),
      this.#looks.close(),
    ]);
    await this.#anonymizer.close();
    // For a run that was never started.
    this.#finished.resolve();
  }

  /** Releases frames when they are due, one after another, and slates while none come. */
  async #release(): Promise<void> {
    while (!this.#isClosed) {
      const released = this.#gate.release(wallClock());
      if (released !== null) {
        await this.#leave(released);
        continue;
      }
      const due = this.#gate.nextDue();
      if (due === null && this.#hasEnded) return;
      if (due === null && this.#isSlateDue()) this.#leaveSlate();
      else await this.#alarm.until(due ?? this.#hub.lastAt + this.#silenceAllowed());
    }
  }

  async #leave({ captured, knowledge }: Released): Promise<void> {
    const { capturedAt } = captured;
    const frame = this.#hub.timed(captured.frame, capturedAt);
    const isPanic = this.#isPanic;
    const known = { ...knowledge, detector: this.#looks.detector };
    const wanted = decide({ ...known, isPanic });
    const covered = wanted.cover === 'all' ? null : await this.#anonymizer.heads(frame, wanted.boxes);
    if (this.#isClosed) return;
    const hasFailed = wanted.cover !== 'all' && covered === null;
    this.#note(decide({ ...known, hasFailed }));
    // Judge frames by their own lateness: a single late look curtains many.
    this.#judge(hasFailed || knowledge.unseen !== null);
    // Again: the user may have pressed panic while the frame was being covered.
    const decision = decide({ ...known, hasFailed, isPanic: isPanic || this.#isPanic });
    this.#faces = decision.boxes?.length ?? 0;
    if (decision.cover !== 'all' && covered !== null) {
      this.#hub.write({ frame: covered, boxes: decision.boxes, capturedAt }, null);
      return;
    }
    const reason = decision.cover === 'all' ? decision.reason : 'cover';
    this.#hub.write({ frame: this.#anonymizer.curtain(frame), boxes: null, capturedAt }, reason);
  }

  #isSlateDue(): boolean {
    return wallClock() - this.#hub.lastAt >= this.#silenceAllowed();
  }

  #leaveSlate(): void {
    if (!this.#isLost) this.#lose(null);
    this.#faces = 0;
    this.#hub.write(this.slate(), 'no-source');
  }

  /** @param reason the source's error, or null if it just stopped */
  #lose(reason: string | null): void {
    // A failed attempt to reopen it belongs to the same loss.
    if (!this.#isLost) this.#sourceLosses += 1;
    this.#isLost = true;
    this.#sourceProblem = reason;
  }

  #silenceAllowed(): number {
    return this.#isLost ? SLATE.every : SLATE.after;
  }

  /** Why the picture is covered right now. */
  #reasonNow(): CurtainReason | null {
    if (this.#isPanic) return 'panic';
    if (this.#isLost) return 'no-source';
    const { detector } = this.#looks;
    if (detector === 'starting' || this.#reason === undefined) return 'starting';
    return this.#reason !== null && detector === 'failed' ? 'detector' : this.#reason;
  }

  /** Reduces the effort while frames are late, and restores it when they are not. */
  #judge(isLate: boolean): void {
    // Less effort does not help a failed detector.
    if (this.#options.worker.problem !== null || !this.#ladder.add(isLate, wallClock())) return;
    const { taken } = this.#ladder;
    this.#options.logger.info(overloadNotice(taken));
    this.#hub.degrade(taken);
  }

  #note(decision: Decision): void {
    const reason = decision.cover === 'all' ? decision.reason : null;
    const notice = curtainNotice(this.#reason, reason);
    this.#reason = reason;
    if (notice !== null) this.#options.logger.info(notice);
  }
}

function stateOf(reason: CurtainReason | null): LiveStatus['state'] {
  if (reason === null) return 'live';
  return reason === 'panic' || reason === 'no-source' || reason === 'starting' ? reason : 'curtain';
}
