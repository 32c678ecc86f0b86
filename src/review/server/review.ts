import { basename } from 'node:path';
import { stat } from 'node:fs/promises';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Logger } from '../../logger.ts';
import { detectFile } from '../../pipeline/file/detect-file.ts';
import { hashInput } from '../../pipeline/file/hash-input.ts';
import type { PageFile } from '../../web-server/pages.ts';
import { refused } from '../edits/refuse.ts';
import { Footage } from '../frames/footage.ts';
import type { Holder } from '../lock.ts';
import { Clients } from './clients.ts';
import { Pictures } from './pictures.ts';
import { PROTOCOL_VERSION, type PageMessage, type ReviewMessage } from './protocol.ts';
import { ReviewFile } from './review-file.ts';
import { Session, type ReviewStatus } from './session.ts';
import { Work } from './work.ts';

export interface ReviewOptions {
  /** Path of the video or photo. */
  readonly input: string;
  /** Path of its tracks file, which is made where it is not there. */
  readonly tracks: string;
  readonly output: string;
  readonly reportPath: string | null;
  readonly config: ResolvedConfig;
  /** Who reviews, unless the page says otherwise. */
  readonly by: string;
  /** Take the file from whoever reviews it. */
  readonly takesOver?: boolean;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** The page asked to end the review. */
  readonly onClose: () => void;
}

const UNOPENED: ReviewStatus = { openDoubts: 0, openFindings: 0, isRendered: false };

/** One review: its file, once the tracks are known, and its pages. */
export class Review implements AsyncDisposable {
  readonly clients: Clients;
  readonly #options: ReviewOptions;
  readonly #work: Work;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #opening: Promise<Holder | null> | null = null;
  #session: Session | null = null;
  #activeAt = performance.now();

  constructor(options: ReviewOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    this.#work = new Work(this.#signal, (message) => {
      this.clients.say(message);
    });
    this.clients = new Clients({
      logger: options.logger,
      onOpen: (say, isReadOnly) => {
        this.#welcome(say, isReadOnly);
      },
      onMessage: (message) => this.#receive(message),
    });
  }

  /** Milliseconds since somebody did something, or work ended. */
  get idleFor(): number {
    return this.#work.isBusy ? 0 : performance.now() - Math.max(this.#activeAt, this.#work.endedAt);
  }

  status(): ReviewStatus {
    return this.#session?.status() ?? UNOPENED;
  }

  /**
   * Opens the tracks, and looks for faces first where there are none. Pages may come before that.
   *
   * @returns the process that reviews the file already, so that this review is read-only; null where there is none
   * @throws VeilError every reason why the file can't be reviewed
   */
  open(): Promise<Holder | null> {
    this.#opening = this.#open();
    return this.#opening;
  }

  /** Makes what is no file of the page. */
  async answer(path: string): Promise<PageFile | null> {
    return (await this.#session?.pictures.answer(path)) ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work.stop();
    this.#stop.abort();
    await this.#opening?.catch(() => undefined);
    await this.#session?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<Holder | null> {
    const { input, tracks, by, takesOver = false, config } = this.#options;
    if ((await stat(tracks).catch(() => null)) === null) await this.#detect();
    const file = await ReviewFile.open({ input, tracks, by, takesOver });
    const signal = this.#signal;
    // Beside the reading of frames: the seed is needed for the first picture with covers.
    const seed = hashInput(input, signal).then(({ noiseSeed }) => noiseSeed);
    seed.catch(() => undefined);
    const footage = new Footage({
      ...{ input, start: file.input.start, end: file.input.end, video: file.project.video, signal },
      onMore: () => this.#session?.sayFrames(),
    });
    this.#session = new Session({
      ...{ file, footage, output: this.#options, work: this.#work },
      pictures: new Pictures({ file, footage, style: config, seed, signal, input }),
      say: (message) => {
        this.clients.say(message);
      },
    });
    this.#activeAt = performance.now();
    this.clients.reopen();
    return file.holder;
  }

  #detect(): Promise<void> {
    const { input, tracks, config, logger } = this.#options;
    return this.#work.do('detecting', async (signal, tell) => {
      await detectFile({
        ...{ input, output: tracks, config, signal, logger },
        onProgress: ({ stage, framesDone, framesTotal }) => {
          // A thorough search reads the video twice.
          const isTwice = config.effort === 'thorough';
          const total = framesTotal === null ? null : framesTotal * (isTwice ? 2 : 1);
          tell(framesDone + (isTwice && stage === 'covering' ? (framesTotal ?? 0) : 0), total);
        },
      });
    });
  }

  #welcome(say: (message: ReviewMessage) => void, isReadOnly: boolean): void {
    const { input, output, by } = this.#options;
    const session = this.#session;
    say({
      ...{ type: 'hello', version: PROTOCOL_VERSION, name: basename(input), output: basename(output) },
      by,
      isReadOnly: isReadOnly || session?.file.isReadOnly === true,
      video: session?.file.project.video ?? null,
    });
    session?.welcome(say);
  }

  async #receive(message: PageMessage): Promise<void> {
    this.#activeAt = performance.now();
    if (message.type === 'alive') return;
    if (message.type === 'cancel') await this.#work.stop();
    else if (message.type === 'close') this.#options.onClose();
    else if (this.#session === null) throw refused('The tracks are not there yet.');
    else await this.#session.take(message);
  }
}
