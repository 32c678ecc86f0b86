import { basename } from 'node:path';
import { stat } from 'node:fs/promises';
import type { ResolvedConfig } from '../../config/schema.ts';
import type { Detector } from '../../detect/detector.ts';
import { VeilError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { detectFile } from '../../pipeline/file/detect-file.ts';
import { hashInput } from '../../pipeline/file/hash-input.ts';
import type { PageFile } from '../../web-server/pages.ts';
import { refused } from '../edits/refuse.ts';
import { Footage } from '../frames/footage.ts';
import { FullFrames } from '../frames/full-frames.ts';
import type { Holder } from '../lock.ts';
import { Clients } from './clients.ts';
import { Pictures } from './pictures.ts';
import { PROTOCOL_VERSION, type PageMessage, type ReviewMessage } from './protocol.ts';
import { ReviewFile } from './review-file.ts';
import { sentenceOf } from './sentence-of.ts';
import { Session, type ReviewStatus } from './session.ts';
import { Work, type WorkState } from './work.ts';

/** A file to review, and its companions. */
export interface ReviewPaths {
  /** Path of the video or photo. */
  readonly input: string;
  /** Path of its tracks file, which is created if it does not exist. */
  readonly tracks: string;
  readonly output: string;
  readonly reportPath: string | null;
}

export interface ReviewOptions extends ReviewPaths {
  readonly config: ResolvedConfig;
  /** Who reviews, unless the page says otherwise. */
  readonly by: string;
  /** Take the file over from the process that reviews it. */
  readonly takesOver?: boolean;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Shared with other reviews, and closed by its owner. Without it each search starts its own. */
  readonly detector?: () => Promise<Detector>;
  /** Whether its page was opened from a list of files, and leads back to it. Default false. */
  readonly isListed?: boolean;
  /** Called when the page asks to end the review. */
  readonly onClose: () => void;
}

/** One review: its file, once the tracks are known, and its pages. */
export class Review implements AsyncDisposable {
  readonly clients: Clients;
  readonly #options: ReviewOptions;
  readonly #work: Work;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #finding: Promise<void> | null = null;
  #opening: Promise<Holder | null> | null = null;
  #session: Session | null = null;
  #failure: ReviewMessage | null = null;
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

  /** Progress of long-running work; null while there is none. */
  get working(): WorkState | null {
    return this.#work.now;
  }

  /** Milliseconds since the last activity of a user, or the end of work. */
  get idleFor(): number {
    return this.#work.isBusy ? 0 : performance.now() - Math.max(this.#activeAt, this.#work.endedAt);
  }

  /** Null until the tracks are open. */
  status(): ReviewStatus | null {
    return this.#session?.status() ?? null;
  }

  /**
   * Searches for faces if there are no tracks yet.
   *
   * @throws VeilError the reason why that fails
   */
  find(): Promise<void> {
    this.#finding ??= this.#find();
    return this.#finding;
  }

  /**
   * Opens the tracks, after a search for faces if there are none. Pages may be opened before that.
   *
   * @returns the process that already reviews the file, which makes this review read-only; null if there is none
   * @throws VeilError the reason why the file can't be reviewed; its pages are told, too
   */
  open(): Promise<Holder | null> {
    if (this.#opening !== null) return this.#opening;
    this.#opening = this.#open();
    this.#opening.catch((error: unknown) => {
      this.#failure = { type: 'failed', message: sentenceOf(error) };
      this.clients.say(this.#failure);
    });
    return this.#opening;
  }

  /** Files that are made on request, such as pictures; null if there is no such file, or the review has ended. */
  async answer(path: string): Promise<PageFile | null> {
    try {
      return (await this.#session?.pictures.answer(path)) ?? null;
    } catch (error) {
      if (error instanceof VeilError && error.code === 'INTERRUPTED') return null;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work.stop();
    this.#stop.abort();
    await this.#finding?.catch(() => undefined);
    await this.#opening?.catch(() => undefined);
    await this.#session?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<Holder | null> {
    const { input, tracks, by, takesOver = false, config } = this.#options;
    await this.find();
    const file = await ReviewFile.open({ input, tracks, by, takesOver });
    const signal = this.#signal;
    // Hash in parallel with reading frames: the first covered picture needs the seed.
    const seed = hashInput(input, signal).then(({ noiseSeed }) => noiseSeed);
    seed.catch(() => undefined);
    const shown = { input, start: file.input.start, end: file.input.end, video: file.project.video };
    const footage = new Footage({
      ...{ ...shown, signal },
      onMore: () => this.#session?.sayFrames(),
    });
    const fullFrames = new FullFrames({ ...shown, times: () => footage.times, signal });
    this.#session = new Session({
      ...{ file, footage, fullFrames, output: this.#options, work: this.#work },
      pictures: new Pictures({ file, footage, fullFrames, style: config, seed, signal, input }),
      say: (message) => {
        this.clients.say(message);
      },
    });
    this.#activeAt = performance.now();
    this.clients.reopen();
    return file.holder;
  }

  async #find(): Promise<void> {
    const { input, tracks, config, logger, detector } = this.#options;
    if ((await stat(tracks).catch(() => null)) !== null) return;
    await this.#work.do('detecting', async (signal, tell) => {
      await detectFile({
        ...{ input, output: tracks, config, signal, logger },
        ...(detector === undefined ? {} : { detector: detector() }),
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
    const { input, output, by, isListed = false } = this.#options;
    const session = this.#session;
    say({
      ...{ type: 'hello', version: PROTOCOL_VERSION, name: basename(input), output: basename(output) },
      ...{ by, isListed },
      isReadOnly: isReadOnly || session?.file.isReadOnly === true,
      video: session?.file.project.video ?? null,
    });
    session?.welcome(say);
    if (this.#failure !== null) say(this.#failure);
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
