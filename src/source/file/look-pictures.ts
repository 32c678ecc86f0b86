import type { VeilError } from '../../errors.ts';
import type { NutPacket } from '../../ffmpeg/nut/reader.ts';
import { ticksToSeconds, type Picture, type Rational } from '../../frame/frame.ts';
import { FrameMatcher } from '../frame-matcher.ts';
import type { PlannedPicture } from './decode-args.ts';
import { shapeChanged } from './decode-error.ts';
import type { PictureQueue } from './picture-queue.ts';

/** A picture belongs to a frame if their times differ by less than this, seconds. */
const SAME_TIME = 0.002;

/** After a restart, times that went back are corrected within this many frames: its place is not known more exactly. */
const RESTART_WITHIN = 8;

/** The decoder and this program may round a size differently by this much, pixels. */
const ROUNDING = 1;

export interface LookPicturesOptions {
  readonly path: string;
  readonly queues: readonly PictureQueue[];
  readonly sizes: readonly PlannedPicture[];
  /** Every n-th frame has pictures. */
  readonly interval: number;
  /** Waits while frames are being read: otherwise the decoder blocks. */
  readonly wait: <T>(waiting: Promise<T>) => Promise<T>;
  /** The error for pictures that are missing or match no frame. */
  readonly failed: (reason: string) => Promise<VeilError>;
}

/**
 * Matches frames with the pictures made from them. When the picture of a file changes its size, ffmpeg restarts its
 * frame count: the rhythm continues from there, and one look is missed.
 */
export class LookPictures {
  readonly #options: LookPicturesOptions;
  readonly #matcher: FrameMatcher<NutPacket>;
  #due = 0;
  /** The first frame without its look since the last match: a restart misses only one. */
  #restart: number | null = null;

  constructor(options: LookPicturesOptions) {
    this.#options = options;
    this.#matcher = new FrameMatcher({ sizes: options.queues.length, tolerance: SAME_TIME });
  }

  /**
   * The pictures of the next frame; null if it has none.
   *
   * @throws VeilError DECODER_FAILED if pictures are missing or match no frame, INPUT_UNSUPPORTED if their shape
   *   changes, or recordings were joined
   */
  async of(index: number, time: number, timeBase: Rational): Promise<Picture[] | null> {
    if (this.#options.queues.length === 0) return null;
    this.#matcher.addFrame(time, index);
    if (index < this.#due) return null;
    for (;;) {
      const match = this.#matcher.next();
      if (match === null) {
        // At a restart the times of frames that went back were raised.
        if (this.#matcher.dropBefore(time)) this.#restart ??= index;
        if (this.#matcher.hasAfter(time) || !(await this.#fetch(timeBase))) return await this.#missing(index);
        continue;
      }
      if (match.skipped > 0)
        throw await this.#options.failed('a picture for the detector belongs to another frame');
      if (match.index === index) return this.#found(index, time, match.pictures);
      // Pictures of an earlier frame: the decoder restarted its count there.
      this.#restart ??= match.index;
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
    if (packets.length < queues.length)
      throw await this.#options.failed('pictures for the detector are missing');
    for (const [position, packet] of packets.entries()) {
      this.#matcher.addPicture(position, ticksToSeconds(packet.pts, timeBase), packet);
    }
    return true;
  }

  async #missing(index: number): Promise<null> {
    // After a restart the next look may come later, or after the end.
    if (this.#restart === null || index >= this.#restart + this.#options.interval + RESTART_WITHIN)
      throw await this.#options.failed('a picture for the detector is missing');
    this.#due = index + 1;
    return null;
  }

  #picture(packet: NutPacket, position: number, time: number): Picture {
    const { queues, sizes, path } = this.#options;
    const { data } = packet;
    const queue = queues[position]!;
    const planned = sizes[position]!;
    const { width, height } = queue.info ?? planned;
    const isAsPlanned =
      Math.abs(width - planned.width) <= ROUNDING && Math.abs(height - planned.height) <= ROUNDING;
    if (!isAsPlanned || data.length !== width * height * 3) throw shapeChanged(path, time);
    const release = (): void => {
      queue.give(packet);
    };
    return { width, height, data, release };
  }
}
