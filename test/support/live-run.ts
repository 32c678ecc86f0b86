import { createAnonymizer, type Anonymizer } from '../../src/anonymize/anonymizer.ts';
import { planesOf } from '../../src/frame/frame.ts';
import type { LiveFrame, LiveOutput, LiveSettings } from '../../src/frame/live-output.ts';
import { silentLogger } from '../../src/logger.ts';
import type { DetectorWorker, LookRequest } from '../../src/observe/live/detector-supervisor.ts';
import type { LiveRunOptions } from '../../src/pipeline/live/live-run-options.ts';
import { LiveRun } from '../../src/pipeline/live/live-run.ts';
import type { LiveListener, LiveSource } from '../../src/source/live/live-source.ts';
import { SCRIPTED_TRAITS } from './scripted-detector.ts';
import { capturedFrame, LIVE_SIZE } from './live-frames.ts';

/** The scripted worker's face. */
export const FACE_BOX = { x: 24, y: 16, width: 12, height: 14 };

/** A source that delivers a still scene at 25 frames a second until it is told to stop. */
export class ScriptedSource implements LiveSource {
  readonly info = {
    ...LIVE_SIZE,
    timeBase: { num: 1, den: 1_000_000 },
    frameRate: { num: 25, den: 1 },
    color: { range: 'tv', space: null, primaries: null, transfer: null },
    hasSound: false,
  };
  readonly name = 'scripted';
  listener: LiveListener | null = null;
  #timer: NodeJS.Timeout | undefined;
  #index = 0;
  readonly #startAt = performance.timeOrigin + performance.now();

  start(listener: LiveListener): void {
    this.listener = listener;
    this.resume();
  }

  resume(isFirst = this.#index === 0): void {
    let first = isFirst;
    this.#timer = setInterval(() => {
      const now = performance.timeOrigin + performance.now();
      const captured = { ...capturedFrame(this.#index, { isFirst: first }), capturedAt: now };
      const time = (now - this.#startAt) / 1000;
      this.listener?.frame({ ...captured, frame: { ...captured.frame, time, pts: Math.round(time * 1e6) } });
      this.listener?.pictures(this.#index, [{ width: 2, height: 2, data: new Uint8Array(12) }]);
      this.#index += 1;
      first = false;
    }, 40);
  }

  pause(): void {
    clearInterval(this.#timer);
  }

  reopen(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.pause();
    return Promise.resolve();
  }
}

/** Finds one face in every frame at once, unless the test makes it fail. */
export class ScriptedWorker implements DetectorWorker {
  readonly traits = SCRIPTED_TRAITS;
  onFree = (): void => undefined;
  isFree = true;
  problem: string | null = null;
  readonly failures = 0;
  looks = 0;
  isFailing = false;

  look({ frame, threshold }: LookRequest): ReturnType<DetectorWorker['look']> {
    this.looks += 1;
    if (this.isFailing) return Promise.reject(new Error('scripted failure'));
    return Promise.resolve({ frame, faces: threshold > 0.6 ? [] : [{ box: FACE_BOX, score: 0.6 }] });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Records its frames. */
export class KeepingOutput implements LiveOutput {
  readonly name = 'kept';
  readonly dropped = 0;
  readonly frames: { readonly live: LiveFrame; readonly at: number }[] = [];
  isClosed = false;

  write(live: LiveFrame): void {
    this.frames.push({ live, at: performance.timeOrigin + performance.now() });
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

/** The real one, on the CPU. */
export function openScriptedAnonymizer({ style, cells }: LiveSettings): Promise<Anonymizer> {
  return createAnonymizer({
    ...{ style, cells, shape: 'ellipse', padding: 0.2, color: '#202020', anonymizer: 'cpu' },
    ...{ ...LIVE_SIZE, format: 'yuv420p', logger: silentLogger },
  });
}

/** A run of the above, with the real gate and anonymizer. */
export async function startScriptedRun(
  outputs: readonly LiveOutput[] = [],
  changed: Partial<LiveRunOptions> = {},
) {
  const source = new ScriptedSource();
  const worker = new ScriptedWorker();
  const kept = new KeepingOutput();
  const run = await LiveRun.open({
    source,
    worker,
    openAnonymizer: openScriptedAnonymizer,
    settings: { style: 'blur', cells: 4, threshold: 0.2 },
    delay: 120,
    startsCovered: false,
    looks: { fullCount: 1, reducedCount: null, spacing: 0, interval: () => 1 },
    steps: [],
    logger: silentLogger,
    recorder: null,
    ...changed,
  });
  run.start([...outputs, kept]);
  return { run, source, worker, kept };
}

/** Whether every plane has a single value: nothing of a picture is left. */
export function isBlank({ frame }: LiveFrame): boolean {
  return planesOf(frame.format, frame.width, frame.height).every(({ offset, width, height }) =>
    frame.data.subarray(offset, offset + width * height).every((value) => value === frame.data[offset]),
  );
}
