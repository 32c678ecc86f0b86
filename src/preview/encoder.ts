import { startFfmpeg, type FfmpegProcess } from '../ffmpeg/process.ts';
import type { LiveFrame } from '../frame/live-output.ts';
import { encoderArgs, type Codec, type Quality, type RawVideo } from './codec.ts';
import { readPackets, type Packet } from './packet-reader.ts';
import { reasonOf } from '../base/reason.ts';

export interface EncoderOptions {
  readonly ffmpeg: string;
  readonly codec: Codec;
  readonly video: RawVideo;
  readonly quality: Quality;
  readonly features: { readonly fpsMode: boolean };
  readonly onPacket: (packet: Packet, frame: LiveFrame) => void;
  /** Called once if it ends without being stopped. */
  readonly onFailure: (reason: string) => void;
}

/** Limit of frames inside ffmpeg: one more than it works on, or latency would grow there unnoticed. */
const MOST_INSIDE = 3;
/** An encoder without output for this long counts as hung, ms. */
const PATIENCE = 5_000;

/** One packet per frame. The newest frame waits while the encoder is busy; older ones are dropped. */
export class Encoder {
  readonly codec: Codec;
  readonly video: RawVideo;
  readonly #options: EncoderOptions;
  readonly #process: FfmpegProcess;
  readonly #inside: LiveFrame[] = [];
  #waiting: LiveFrame | null = null;
  #isWriting = false;
  #isOver = false;
  #watchdog: NodeJS.Timeout | null = null;

  constructor(options: EncoderOptions) {
    const { ffmpeg, codec, video, quality, features } = options;
    this.codec = codec;
    this.video = video;
    this.#options = options;
    const args = encoderArgs(codec, video, quality, features);
    this.#process = startFfmpeg(ffmpeg, args, { stdin: true, outputs: 1, isDetached: true });
    void this.#read();
  }

  /** @returns false if this frame replaced a waiting one */
  write(frame: LiveFrame): boolean {
    if (this.#isOver) return false;
    const isFree = this.#waiting === null;
    this.#waiting = frame;
    this.#feed();
    return isFree;
  }

  async stop(): Promise<void> {
    this.#end();
    await this.#process.stop();
  }

  #feed(): void {
    const frame = this.#waiting;
    const { stdin } = this.#process;
    if (frame === null || stdin === null || this.#isWriting || this.#inside.length >= MOST_INSIDE) return;
    this.#waiting = null;
    this.#inside.push(frame);
    this.#isWriting = true;
    this.#watchdog ??= setTimeout(() => {
      this.#fail(`gave nothing for ${PATIENCE / 1000} s`);
    }, PATIENCE);
    stdin.write(frame.frame.data, (error) => {
      this.#isWriting = false;
      // A broken pipe means that the process has ended, which #read notices.
      if (error === undefined || error === null) this.#feed();
    });
  }

  async #read(): Promise<void> {
    try {
      for await (const packet of readPackets(this.#process.outputs[0]!, this.codec)) {
        if (this.#isOver) return;
        this.#watchdog?.refresh();
        const frame = this.#inside.shift();
        if (frame === undefined) {
          this.#fail('gave more pictures than it got');
          return;
        }
        if (this.#inside.length === 0) this.#calm();
        this.#options.onPacket(packet, frame);
        this.#feed();
      }
      const { code, signal, stderr } = await this.#process.exited;
      this.#fail(`ended (${signal ?? code ?? 'unknown'}): ${stderr.split('\n').at(-1) ?? ''}`);
    } catch (error) {
      this.#fail(reasonOf(error));
    }
  }

  #fail(reason: string): void {
    if (this.#isOver) return;
    this.#end();
    void this.#process.stop();
    this.#options.onFailure(reason);
  }

  #end(): void {
    this.#isOver = true;
    this.#waiting = null;
    this.#inside.length = 0;
    this.#calm();
  }

  #calm(): void {
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    this.#watchdog = null;
  }
}
