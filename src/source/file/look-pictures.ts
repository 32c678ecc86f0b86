import type { NutPacket } from '../../ffmpeg/nut/reader.ts';
import { ticksToSeconds, type Picture, type Rational } from '../../frame/frame.ts';
import type { PlannedPicture } from './decode-args.ts';
import { decodingFailed, shapeChanged } from './decode-error.ts';
import type { PictureQueue } from './picture-queue.ts';

/** Pictures belong to a frame when their times differ by less than this, seconds. */
const SAME_TIME = 0.002;

/** The decoder and this program may round a side differently, pixels. */
const ROUNDING = 1;

/** The pictures of one look, as they came. */
interface LookSet {
  readonly time: number;
  readonly packets: readonly NutPacket[];
}

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
  /** Frames since the last look, to know again the one of which pictures came unexpectedly. */
  #recent: { readonly index: number; readonly time: number }[] = [];
  #due = 0;
  #next: LookSet | null = null;
  #restart: number | null = null;

  constructor(options: LookPicturesOptions) {
    this.#options = options;
  }

  /**
   * The pictures of the next frame, or null where it has none.
   *
   * @throws VeilError DECODER_FAILED where pictures are missing or of no frame, INPUT_UNSUPPORTED where their shape changes
   */
  async of(index: number, time: number, timeBase: Rational): Promise<Picture[] | null> {
    const { interval, queues } = this.#options;
    if (queues.length === 0) return null;
    this.#recent.push({ index, time });
    if (index < this.#due) return null;
    while (this.#next === null || this.#next.time < time - SAME_TIME) {
      if (this.#next !== null) this.#restartAt(this.#next);
      this.#next = await this.#take(timeBase);
      if (this.#next === null) return this.#missing(index);
    }
    if (this.#next.time > time + SAME_TIME) return this.#missing(index);
    const { packets } = this.#next;
    this.#next = null;
    this.#recent = [];
    this.#due = index + interval;
    this.#restart = null;
    return packets.map((packet, position) => this.#picture(packet, position, time));
  }

  async #take(timeBase: Rational): Promise<LookSet | null> {
    const { queues, wait } = this.#options;
    const taken = await wait(Promise.all(queues.map((queue) => queue.take())));
    const packets = taken.filter((packet) => packet !== null);
    if (packets.length === 0) return null;
    const times = packets.map(({ pts }) => ticksToSeconds(pts, timeBase));
    const isOne =
      packets.length === queues.length && times.every((time) => Math.abs(time - times[0]!) <= SAME_TIME);
    if (!isOne) throw this.#failed('pictures for the detector are missing');
    return { time: times[0]!, packets };
  }

  /** Pictures of a frame that has gone by: the decoder began to count at it. */
  #restartAt({ time }: LookSet): void {
    const frame = this.#recent.find((each) => Math.abs(each.time - time) <= SAME_TIME);
    if (frame === undefined) throw this.#failed('a picture for the detector belongs to another frame');
    this.#restart = frame.index;
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
