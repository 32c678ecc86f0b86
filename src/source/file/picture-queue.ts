import type { NutPacket, NutReader, NutStreamInfo } from '../../ffmpeg/nut/reader.ts';

/** Pictures that may wait to be fetched. The decoder must be able to write some before the frame they belong to. */
const LIMIT = 6;

/**
 * Reads pictures as they come. Otherwise the decoder could block on an unread picture, while the frame
 * that is being waited for comes after it.
 */
export class PictureQueue {
  readonly #reader: NutReader;
  readonly #waiting: NutPacket[] = [];
  #info: NutStreamInfo | null = null;
  #wakeTaker: () => void = () => undefined;
  #wakeReader: () => void = () => undefined;
  #ended = false;
  #error: Error | null = null;

  constructor(reader: NutReader) {
    this.#reader = reader;
    void this.#fill();
  }

  /** What the pictures are, known once there is one. */
  get info(): NutStreamInfo | null {
    return this.#info;
  }

  /** The next picture, or null at the end. */
  async take(): Promise<NutPacket | null> {
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wakeTaker = resolve;
      });
    }
    if (this.#error !== null && this.#waiting.length === 0) throw this.#error;
    this.#wakeReader();
    return this.#waiting.shift() ?? null;
  }

  async #fill(): Promise<void> {
    try {
      this.#info = await this.#reader.open();
      if (this.#info === null) return;
      for (let packet = await this.#reader.next(); packet !== null; packet = await this.#reader.next()) {
        this.#waiting.push(packet);
        this.#wakeTaker();
        while (this.#waiting.length >= LIMIT) {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
        }
      }
    } catch (error) {
      this.#error = error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#ended = true;
      this.#wakeTaker();
    }
  }
}
