import { startFfmpeg, type FfmpegProcess } from '../../src/ffmpeg/process.ts';
import { withClock } from '../../src/source/live/test-picture.ts';

/**
 * A camera for measuring that shows a clip again and again, with the clock of the test picture in it: raw pictures over
 * HTTP, which cost next to nothing to send and receive. It serves one client, and starts anew when that one leaves.
 */
export class ClockCamera {
  readonly url: string;
  readonly #ffmpeg: string;
  readonly #args: readonly string[];
  #process: FfmpegProcess | null = null;
  #isClosed = false;

  constructor(
    ffmpeg: string,
    clip: string,
    port: number,
    picture: { readonly width: number; readonly height: number; readonly rate: number },
  ) {
    const { width, height, rate } = picture;
    this.url = `http://127.0.0.1:${port}/camera.nut`;
    this.#ffmpeg = ffmpeg;
    const fitted = `fps=${rate},scale=${width}:${height}:force_original_aspect_ratio=increase,crop=${width}:${height}`;
    this.#args = [
      ...['-v', 'error', '-nostdin', '-stream_loop', '-1', '-i', clip],
      ...['-filter_complex', `[0:v:0]${fitted},format=yuv420p,${withClock(picture, Date.now())}[out]`],
      ...['-map', '[out]', '-c:v', 'rawvideo', '-vsync', 'passthrough', '-enc_time_base', '1/1000000'],
      ...['-f', 'nut', '-write_index', '0', '-listen', '1', this.url],
    ];
    this.#start();
  }

  /** Ends as a camera does whose cable is pulled; it is plugged in again at once. */
  async pull(): Promise<void> {
    await this.#process?.stop();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#process?.stop();
  }

  #start(): void {
    const process = startFfmpeg(this.#ffmpeg, this.#args);
    this.#process = process;
    process.exited.then(
      () => {
        setTimeout(() => {
          if (!this.#isClosed) this.#start();
        }, 300);
      },
      (error: unknown) => {
        console.error(String(error));
      },
    );
  }
}
