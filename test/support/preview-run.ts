import { createAnonymizer, type Anonymizer } from '../../src/anonymize/anonymizer.ts';
import { VeilError } from '../../src/errors.ts';
import { startFfmpeg } from '../../src/ffmpeg/process.ts';
import { frameBytes } from '../../src/frame/frame.ts';
import type {
  LiveControl,
  LiveFrame,
  LiveOutput,
  LiveSettings,
  LiveState,
  LiveStatus,
} from '../../src/frame/live-output.ts';
import type { TrackBox } from '../../src/frame/track.ts';
import { silentLogger } from '../../src/logger.ts';

export interface PreviewRunOptions {
  readonly ffmpeg: string;
  readonly width?: number;
  readonly height?: number;
  /** Filter for the moving test picture. */
  readonly filter?: string;
  readonly canRecord?: boolean;
  /** 0: no covers, for tests of colours. */
  readonly faces?: number;
}

const RATE = 30;

/** A small live run: frames of a test picture, covered by the real anonymizer, thirty a second, with controls. */
export class PreviewRun implements LiveControl {
  readonly #options: Required<PreviewRunOptions>;
  readonly #pictures: Uint8Array[];
  readonly #outputs = new Set<LiveOutput>();
  #settings: LiveSettings = { style: 'blur', cells: 6, threshold: 0.2 };
  #anonymizer: Promise<Anonymizer>;
  #state: LiveState = 'live';
  #isRecording = false;
  #frames = 0;
  #overload: LiveStatus['overload'] = [];
  #curtained = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Age of frames on arrival, ms. */
  age = 0;
  /** Requests, in order. */
  readonly asked: unknown[] = [];

  private constructor(options: Required<PreviewRunOptions>, pictures: Uint8Array[]) {
    this.#options = options;
    this.#pictures = pictures;
    this.#anonymizer = this.#newAnonymizer();
  }

  static async start(options: PreviewRunOptions): Promise<PreviewRun> {
    const all = { width: 320, height: 180, filter: 'null', canRecord: true, faces: 2, ...options };
    const run = new PreviewRun(all, await makePictures(all));
    run.#timer = setInterval(() => void run.#step(), 1000 / RATE);
    return run;
  }

  addOutput(output: LiveOutput): void {
    this.#outputs.add(output);
  }

  removeOutput(output: LiveOutput): void {
    this.#outputs.delete(output);
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await (await this.#anonymizer).close();
  }

  /** Holds frames back, like a hanging source. */
  pause(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  setOverload(steps: LiveStatus['overload']): void {
    this.#overload = steps;
  }

  setState(state: LiveState): void {
    this.#state = state;
  }

  change(settings: Partial<LiveSettings>): void {
    this.asked.push(settings);
    if (settings.cells === 5) throw new VeilError('USAGE', 'Five is right out.');
    this.#settings = { ...this.#settings, ...settings };
    this.#anonymizer = this.#newAnonymizer();
  }

  panic(isOn: boolean): void {
    this.asked.push({ panic: isOn });
    this.#state = isOn ? 'panic' : 'live';
  }

  record(isOn: boolean): Promise<void> {
    this.asked.push({ record: isOn });
    this.#isRecording = isOn;
    return Promise.resolve();
  }

  status = (): LiveStatus => ({
    state: this.#state,
    reason: this.#state === 'curtain' ? 'late' : null,
    sourceProblem: null,
    settings: this.#settings,
    faces: this.#state === 'live' ? this.#options.faces : 0,
    tracks: 7,
    fpsIn: RATE,
    fpsOut: RATE,
    latency: 31,
    delay: 0,
    frames: this.#frames,
    curtained: this.#curtained,
    dropped: 3,
    overload: this.#overload,
    isRecording: this.#isRecording,
    canRecord: this.#options.canRecord,
  });

  async #step(): Promise<void> {
    const { width, height } = this.#options;
    const index = this.#frames++;
    const frame = {
      ...{ index, pts: index, time: index / RATE, width, height, format: 'yuv420p' as const },
      data: new Uint8Array(this.#pictures[index % this.#pictures.length]!),
    };
    const capturedAt = Date.now() - this.age;
    const anonymizer = await this.#anonymizer;
    const isCovered = this.#state !== 'live';
    const boxes = isCovered ? null : this.#boxes(index);
    const done: LiveFrame = {
      frame: boxes === null ? anonymizer.curtain(frame) : await anonymizer.anonymize(frame, boxes),
      boxes,
      capturedAt,
    };
    if (isCovered) this.#curtained += 1;
    for (const output of this.#outputs) output.write(done);
  }

  #boxes(index: number): TrackBox[] {
    const { width, height, faces } = this.#options;
    return Array.from({ length: faces }, (_, face) => ({
      trackId: face + 1,
      box: {
        x: width * (0.2 + 0.4 * face + 0.05 * Math.sin(index / 20)),
        y: height * 0.3,
        width: height * 0.25,
        height: height * 0.32,
      },
      origin: 'detected',
      score: 0.9,
    }));
  }

  #newAnonymizer(): Promise<Anonymizer> {
    const { width, height } = this.#options;
    const { style, cells } = this.#settings;
    return createAnonymizer({
      ...{ style, cells, shape: 'ellipse', padding: 0.2, color: '#202020', anonymizer: 'cpu' },
      ...{ format: 'yuv420p', width, height, logger: silentLogger, seed: 'test' },
    });
  }
}

async function makePictures({
  ffmpeg,
  width,
  height,
  filter,
}: Required<PreviewRunOptions>): Promise<Uint8Array[]> {
  const graph = `testsrc2=s=${width}x${height}:r=${RATE}:d=2,format=yuv420p,${filter}`;
  const args = ['-v', 'error', '-f', 'lavfi', '-i', graph, '-pix_fmt', 'yuv420p', '-f', 'rawvideo', 'pipe:1'];
  const running = startFfmpeg(ffmpeg, args, { outputs: 1 });
  const bytes = Buffer.concat((await running.outputs[0]!.toArray()) as Buffer[]);
  const size = frameBytes('yuv420p', width, height);
  return Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
