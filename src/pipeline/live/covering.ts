import type { Anonymizer } from '../../anonymize/anonymizer.ts';
import type { AnonymizedFrame, Frame } from '../../frame/frame.ts';
import type { LiveSettings } from '../../frame/live.ts';
import type { TrackBox } from '../../frame/track.ts';
import type { Logger } from '../../logger.ts';
import { checkedSettings } from './settings.ts';

type OpenAnonymizer = (settings: LiveSettings) => Promise<Anonymizer>;

/** The anonymizer of a live run, which another takes the place of when settings change or it fails. */
export class Covering {
  readonly #open: OpenAnonymizer;
  readonly #logger: Logger;
  #settings: LiveSettings;
  #anonymizer: Anonymizer;
  #isClosed = false;

  private constructor(open: OpenAnonymizer, settings: LiveSettings, first: Anonymizer, logger: Logger) {
    this.#open = open;
    this.#settings = settings;
    this.#anonymizer = first;
    this.#logger = logger;
  }

  /** @throws VeilError USAGE, GPU_UNAVAILABLE */
  static async start(open: OpenAnonymizer, wanted: LiveSettings, logger: Logger): Promise<Covering> {
    const settings = checkedSettings(wanted);
    return new Covering(open, settings, await open(settings), logger);
  }

  get settings(): LiveSettings {
    return this.#settings;
  }

  /** @throws VeilError USAGE; what is right is in force a moment later */
  change(changes: Partial<LiveSettings>): void {
    const { style, cells } = this.#settings;
    this.#settings = checkedSettings({ ...this.#settings, ...changes });
    if (this.#settings.style !== style || this.#settings.cells !== cells) void this.#replace();
  }

  /** Covers heads; null where that failed, and then nothing is known of the frame but that it may not be shown. */
  async heads(frame: Frame, boxes: readonly TrackBox[]): Promise<AnonymizedFrame | null> {
    try {
      return await this.#anonymizer.anonymize(frame, boxes);
    } catch (error) {
      this.#logger.warn(`Faces could not be covered. ${String(error)}`);
      // A lost GPU does not come back; a new anonymizer finds another, or the CPU.
      void this.#replace();
      return null;
    }
  }

  curtain(frame: Frame): AnonymizedFrame {
    return this.#anonymizer.curtain(frame);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#anonymizer.close();
  }

  async #replace(): Promise<void> {
    const settings = this.#settings;
    try {
      const next = await this.#open(settings);
      // Another change may have come in the meantime.
      const unused = settings === this.#settings && !this.#isClosed ? this.#anonymizer : next;
      if (unused !== next) this.#anonymizer = next;
      await unused.close();
    } catch (error) {
      this.#logger.warn(`The cover stays as it is. ${String(error)}`);
    }
  }
}
