import type { LiveFrame, LiveOutput } from '../../frame/live-output.ts';
import { FfmpegOutput, type FfmpegOutputOptions } from './ffmpeg-output.ts';

/**
 * A camera that other programs see. Its device keeps showing the last frame, so it gets a blank one before the first
 * frame and at the end.
 */
export class VirtualCamera implements LiveOutput {
  readonly name: string;
  readonly #output: FfmpegOutput;
  readonly #blank: () => LiveFrame | null;
  #isFirst = true;

  /** @param blank a covered frame without a picture */
  constructor(options: FfmpegOutputOptions, blank: () => LiveFrame | null) {
    this.name = options.name;
    this.#output = new FfmpegOutput(options);
    this.#blank = blank;
  }

  get dropped(): number {
    return this.#output.dropped;
  }

  get failures(): number {
    return this.#output.failures;
  }

  write(frame: LiveFrame): void {
    // Instead of the first frame, since two frames can't have the same time.
    if (this.#isFirst) this.#writeBlank();
    else this.#output.write(frame);
    this.#isFirst = false;
  }

  async close(): Promise<void> {
    this.#writeBlank();
    await this.#output.close();
  }

  #writeBlank(): void {
    const blank = this.#blank();
    if (blank !== null) this.#output.write(blank);
  }
}
