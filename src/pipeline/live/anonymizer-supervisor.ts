import { Backoff } from '../../base/backoff.ts';
import type { Anonymizer } from '../../anonymize/anonymizer.ts';
import type { AnonymizedFrame, Frame } from '../../frame/frame.ts';
import type { LiveSettings } from '../../frame/live-output.ts';
import type { TrackBox } from '../../frame/track.ts';
import type { Logger } from '../../logger.ts';
import { checkedSettings } from './settings.ts';

type OpenAnonymizer = (settings: LiveSettings) => Promise<Anonymizer>;

/** Time limit for one frame, milliseconds: many times the usual. A hanging GPU never answers. */
const HUNG = 1000;

/** Delay before the next attempt to replace a failed anonymizer, milliseconds; it doubles. */
const BACKOFF = { first: 500, most: 10_000 };

/** The anonymizer of a live run. It is replaced when settings change or it fails. */
export class AnonymizerSupervisor {
  readonly #open: OpenAnonymizer;
  readonly #logger: Logger;
  #settings: LiveSettings;
  #anonymizer: Anonymizer;
  /** Resolves when the current frame is covered. */
  #busy: Promise<unknown> = Promise.resolve();
  #isReplacing = false;
  #isFailing = false;
  #notBefore = -Infinity;
  readonly #backoff = new Backoff(BACKOFF);
  #isClosed = false;

  private constructor(open: OpenAnonymizer, settings: LiveSettings, first: Anonymizer, logger: Logger) {
    this.#open = open;
    this.#settings = settings;
    this.#anonymizer = first;
    this.#logger = logger;
  }

  /** @throws VeilError USAGE, GPU_UNAVAILABLE */
  static async start(
    open: OpenAnonymizer,
    wanted: LiveSettings,
    logger: Logger,
  ): Promise<AnonymizerSupervisor> {
    const settings = checkedSettings(wanted);
    return new AnonymizerSupervisor(open, settings, await open(settings), logger);
  }

  get settings(): LiveSettings {
    return this.#settings;
  }

  /** @throws VeilError USAGE; valid settings take effect a moment later */
  change(changes: Partial<LiveSettings>): void {
    const before = this.#settings;
    this.#settings = checkedSettings({ ...before, ...changes });
    if (!isAlike(before, this.#settings)) void this.#replace();
  }

  /** Covers heads. Null if that failed: then the frame must not be shown. */
  async heads(frame: Frame, boxes: readonly TrackBox[]): Promise<AnonymizedFrame | null> {
    const covered = inTime(this.#anonymizer.anonymize(frame, boxes));
    this.#busy = covered.catch(() => undefined);
    try {
      const shown = await covered;
      if (boxes.length > 0) {
        this.#isFailing = false;
        this.#backoff.reset();
      }
      return shown;
    } catch (error) {
      if (!this.#isFailing) this.#logger.warn(`Faces could not be covered. ${String(error)}`);
      this.#isFailing = true;
      this.#replaceFailed();
      return null;
    }
  }

  /** Covers a whole frame, in a new buffer: a late anonymizer may still write into the old one. */
  curtain(frame: Frame): AnonymizedFrame {
    return this.#anonymizer.curtain({ ...frame, data: new Uint8Array(frame.data.length) });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#anonymizer.close();
  }

  /** A lost GPU does not recover; a new anonymizer finds another one, or uses the CPU. */
  #replaceFailed(): void {
    const now = performance.now();
    if (this.#isReplacing || now < this.#notBefore) return;
    this.#notBefore = now + this.#backoff.next();
    void this.#replace();
  }

  /** Replaces one at a time: each may occupy a GPU. */
  async #replace(): Promise<void> {
    if (this.#isReplacing) return;
    this.#isReplacing = true;
    let made: LiveSettings;
    do {
      made = this.#settings;
      await this.#replaceBy(made);
      // Settings may have changed again meanwhile.
    } while (!isAlike(made, this.#settings) && !this.#isClosed);
    this.#isReplacing = false;
  }

  readonly #sayNotClosed = (error: unknown): void => {
    this.#logger.debug(`An anonymizer was not closed. ${String(error)}`);
  };

  async #replaceBy(settings: LiveSettings): Promise<void> {
    try {
      const next = await this.#open(settings);
      const unused = this.#isClosed ? next : this.#anonymizer;
      if (unused !== next) this.#anonymizer = next;
      // Not awaited: a hanging anonymizer may hang here, too.
      void this.#busy.then(() => unused.close()).catch(this.#sayNotClosed);
    } catch (error) {
      this.#logger.warn(`The cover stays as it is. ${String(error)}`);
    }
  }
}

/** Whether two settings need the same anonymizer. */
function isAlike(a: LiveSettings, b: LiveSettings): boolean {
  return a.style === b.style && a.cells === b.cells;
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`It was not done after ${HUNG / 1000} s.`));
    }, HUNG);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
