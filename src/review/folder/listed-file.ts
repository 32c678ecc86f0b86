import type { WebSocket } from 'ws';
import { reasonOf } from '../../base/reason.ts';
import type { Detector } from '../../detect/detector.ts';
import { VeilError } from '../../errors.ts';
import type { PageFile } from '../../web-server/pages.ts';
import { Review, type ReviewOptions, type ReviewPaths } from '../server/review.ts';
import { sentenceOf } from '../server/sentence-of.ts';
import type { ReviewStatus } from '../server/session.ts';
import { countFile, isDone, type FileCount } from './file-count.ts';
import type { FileState } from './protocol.ts';

/** Options shared by all reviews of a list. */
export type CommonOptions = Pick<ReviewOptions, 'config' | 'by' | 'takesOver' | 'logger' | 'signal'>;

export interface ListedFileOptions extends CommonOptions {
  readonly id: number;
  /** Path relative to the folder. */
  readonly name: string;
  readonly paths: ReviewPaths;
}

/** A review that no page shows ends after this time unless it is at work, ms: a reloaded page comes back. */
const PAGELESS_MS = 5000;

/** A file of the list: its state, and its review while a page shows it or it is at work. */
export class ListedFile implements AsyncDisposable {
  readonly #options: ListedFileOptions;
  #count: FileCount | null = null;
  #review: Review | null = null;
  /** How its last review ended. */
  #last: ReviewStatus | null = null;
  #problem: string | null = null;
  #closing: Promise<void> = Promise.resolve();
  #pagelessSince: number | null = null;
  #isQueued = false;

  constructor(options: ListedFileOptions) {
    this.#options = options;
  }

  /** Reads its state from disk. */
  async count(): Promise<void> {
    this.#count = await countFile(this.#options.paths);
  }

  /** Whether it waits to be searched. */
  set isQueued(isQueued: boolean) {
    this.#isQueued = isQueued;
  }

  /** Whether it has no tracks, and is not being searched for them. */
  get isUnsearched(): boolean {
    return this.#count?.isSearched === false && this.#review === null;
  }

  /** Milliseconds since the last activity of a user, or the end of work; infinite without a review. */
  get idleFor(): number {
    return this.#review?.idleFor ?? Infinity;
  }

  /** Whether nothing is left to do. */
  get isDone(): boolean {
    const { findings } = this.state();
    return this.#count !== null && isDone({ ...this.#count, ...this.#standing() }) && findings === 0;
  }

  /** Its state, as the list shows it. */
  state(): FileState {
    const { id, name } = this.#options;
    const { faces = 0, isSearched = false } = this.#count ?? {};
    const problem = this.#problem ?? this.#count?.problem ?? null;
    return {
      ...{ id, name, faces, problem },
      state: this.#isQueued
        ? 'queued'
        : this.#count === null
          ? 'unread'
          : problem !== null
            ? 'failed'
            : isSearched
              ? 'known'
              : 'unsearched',
      ...this.#standing(),
      findings: (this.#review?.status() ?? this.#last)?.openFindings ?? 0,
      isOpen: (this.#review?.clients.size ?? 0) > 0,
      working: this.#review?.working ?? null,
    };
  }

  /** Adds a page of its review. The first page starts the review. */
  welcome(socket: WebSocket): void {
    const review = this.#review ?? this.#begin();
    review.clients.welcome(socket);
    void this.#open(review);
  }

  /** Files of its review that are made on request; null if there is no such file. */
  async answer(path: string): Promise<PageFile | null> {
    return (await this.#review?.answer(path)) ?? null;
  }

  /** Searches for faces if there are no tracks yet. The list shows why a search failed. */
  async search(detector: () => Promise<Detector>): Promise<void> {
    if (this.#review !== null) return;
    const review = this.#begin(detector);
    try {
      await this.#closing;
      await review.find();
    } catch (error) {
      this.#fail(error);
    }
    // A page may have been opened meanwhile.
    if (review.clients.size === 0) await this.#close(review);
  }

  /** Stops the search for faces if no page waits for it. */
  async stopSearch(): Promise<void> {
    const review = this.#review;
    if (review?.working?.job === 'detecting' && review.clients.size === 0) await this.#close(review);
  }

  /** Ends a review that no page shows any more. */
  async tidy(now: number): Promise<void> {
    const review = this.#review;
    if (review === null || review.clients.size > 0 || review.working !== null) {
      this.#pagelessSince = null;
      return;
    }
    this.#pagelessSince ??= now;
    if (now - this.#pagelessSince >= PAGELESS_MS) await this.#close(review);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#review !== null) await this.#close(this.#review);
    await this.#closing;
  }

  #begin(detector?: () => Promise<Detector>): Review {
    const { paths, config, by, takesOver = false, logger, signal } = this.#options;
    this.#problem = null;
    const review: Review = new Review({
      ...{ ...paths, config, by, takesOver, logger, signal, isListed: true },
      ...(detector === undefined ? {} : { detector }),
      onClose: () => {
        void this.#close(review);
      },
    });
    this.#review = review;
    this.#pagelessSince = null;
    return review;
  }

  async #open(review: Review): Promise<void> {
    // The previous review may still be writing its tracks.
    await this.#closing;
    if (this.#review !== review) return;
    try {
      await review.open();
      if (this.#count?.isSearched === false) await this.count();
    } catch (error) {
      this.#fail(error);
    }
  }

  #close(review: Review): Promise<void> {
    if (this.#review === review) {
      this.#review = null;
      this.#closing = this.#end(review);
    }
    return this.#closing;
  }

  async #end(review: Review): Promise<void> {
    review.clients.close(1001, 'The review of this file ends.');
    this.#last = review.status() ?? this.#last;
    try {
      await review[Symbol.asyncDispose]();
    } catch (error) {
      this.#fail(error);
    }
    await this.count();
  }

  #fail(error: unknown): void {
    if (error instanceof VeilError && error.code === 'INTERRUPTED') return;
    this.#problem = sentenceOf(error);
    if (!(error instanceof VeilError)) this.#options.logger.warn(`The review: ${reasonOf(error)}`);
  }

  /** The state in memory is newer than the one on disk. */
  #standing(): Pick<FileState, 'doubts' | 'output'> {
    const open = this.#review?.status() ?? null;
    const { doubts = 0, output = 'none' } = this.#count ?? {};
    const { isRendered = false, isChanged = false } = open ?? this.#last ?? {};
    return {
      doubts: open?.openDoubts ?? doubts,
      output: isRendered ? 'current' : isChanged && output === 'current' ? 'older' : output,
    };
  }
}
