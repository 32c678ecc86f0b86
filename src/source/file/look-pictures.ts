import type { NutPacket } from '../../ffmpeg/nut/reader.ts';
import { ticksToSeconds, type Picture, type Rational } from '../../frame/frame.ts';
import { FrameMatcher } from '../frame-matcher.ts';
import type { PlannedPicture } from './decode-args.ts';
import { decodingFailed, shapeChanged } from './decode-error.ts';
import type { PictureQueue } from './picture-queue.ts';

/** Pictures belong to a frame when their times differ by less than this, seconds. */
const SAME_TIME = 0.002;

/** The decoder and this program may round a side differently, pixels. */
const ROUNDING = 1;

export interface LookPicturesOptions {
  readonly path: string;
  readonly queues: readonly PictureQueue[];
  readonly sizes: readonly PlannedPicture[];
  /** Pictures are made of every n-th frame. */
  readonly interval: number;
  /** Waits while frames go on being read: the decoder blocks where they are not. */
  readonly wait: <T>(waiting: Promise<T>) => Promise<T>;
}

/**
 * Gives frames the pictures that were made of them. Where the picture of a file changes its size, ffmpeg begins to
 * count anew: the rhythm goes on from there, and one look is missed.
 */
export class LookPictures {
  readonly #options: LookPicturesOptions;
  readonly #matcher: FrameMatcher<NutPacket>;
  #due = 0;
  #restart: number | null = null;

  constructor(options: LookPicturesOptions) {
    this.#options = options;
    this.#matcher = new FrameMatcher({ sizes: options.queues.length, tolerance: SAME_TIME });
  }

  /**
   * The pictures of the next frame, or null where it has none.
   *
   * @throws VeilError DECODER_FAILED where pictures are missing or of no frame, INPUT_UNSUPPORTED where their shape changes
   */
  async of(index: number, time: number, timeBase: Rational): Promise<Picture[] | null> {
    if (this.#options.queues.length === 0) return null;
    this.#matcher.addFrame(time, index);
    if (index < this.#due) return null;
    for (;;) {
      const match = this.#matcher.next();
      if (match === null) {
        if (this.#matcher.hasAfter(time) || !(await this.#fetch(timeBase))) return this.#missing(index);
        continue;
      }
      if (match.skipped > 0) throw this.#failed('a picture for the detector belongs to another frame');
      if (match.index === index) return this.#found(index, time, match.pictures);
      // Pictures of a frame that has gone by: the decoder began to count at it.
      this.#restart = match.index;
    }
  }

  #found(index: number, time: number, packets: readonly NutPacket[]): Picture[] {
    this.#due = index + this.#options.interval;
    this.#restart = null;
    return packets.map((packet, position) => this.#picture(packet, position, time));
  }

  /** Reads the pictures of the next look. @returns false at the end */
  async #fetch(timeBase: Rational): Promise<boolean> {
    const { queues, wait } = this.#options;
    const taken = await wait(Promise.all(queues.map((queue) => queue.take())));
    const packets = taken.filter((packet) => packet !== null);
    if (packets.length === 0) return false;
    if (packets.length < queues.length) throw this.#failed('pictures for the detector are missing');
    for (const [position, packet] of packets.entries()) {
      this.#matcher.addPicture(position, ticksToSeconds(packet.pts, timeBase), packet);
    }
    return true;
  }

  #missing(index: number): null {
    // After a restart the next look may be later, or after the end.
    if (this.#restart === null || index >= this.#restart + this.#options.interval)
      throw this.#failed('a picture for the detector is missing');
    this.#due = index + 1;
    return null;
  }

  #picture({ data }: NutPacket, position: number, time: number): Picture {
    const { queues, sizes, path } = this.#options;
    const planned = sizes[position]!;
    const { width, height } = queues[position]!.info ?? planned;
    const isAsPlanned =
      Math.abs(width - planned.width) <= ROUNDING && Math.abs(height - planned.height) <= ROUNDING;
    if (!isAsPlanned || data.length !== width * height * 3) throw shapeChanged(path, time);
    return { width, height, data };
  }

  #failed(reason: string): Error {
    return decodingFailed(this.#options.path, reason);
  }
}
