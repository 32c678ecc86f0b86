import type { WebSocket } from 'ws';
import { LazyDetector } from '../../detect/lazy-detector.ts';
import { startDetectorProcess } from '../../observe/detector-process.ts';
import { hearPage } from '../../web-server/hear-page.ts';
import type { ReviewPaths } from '../server/review.ts';
import { ListedFile, type CommonOptions } from './listed-file.ts';
import {
  LIST_VERSION,
  readListRequest,
  type FileState,
  type ListMessage,
  type ListRequest,
} from './protocol.ts';

export interface FolderReviewOptions extends CommonOptions {
  /** Name of the folder, for display. */
  readonly name: string;
  /** Its files, with their paths relative to it. */
  readonly files: readonly (ReviewPaths & { readonly name: string })[];
  /** Why some files can't even be tried, a sentence each. */
  readonly problems: readonly string[];
  /** Called when the page asks to end the review. */
  readonly onClose: () => void;
}

/** Status of the review of a folder. */
export interface FolderStatus {
  /** Open doubts and findings, and the number of files that have some. */
  readonly places: number;
  readonly openFiles: number;
  /** Files that were not searched for faces yet. */
  readonly unsearched: number;
  /** Files that can't be reviewed. */
  readonly broken: number;
  /** Files without open doubts or findings whose output lacks some decisions. */
  readonly unrendered: number;
  readonly isDone: boolean;
}

/** Files that are counted in parallel. */
const COUNTED_AT_ONCE = 4;
/** Pages send few messages: a search, a stop. */
const MESSAGES = { perSecond: 10, burst: 60 };

/** The files of a folder: a list with their states, and a review of each file whose page is open. */
export class FolderReview implements AsyncDisposable {
  readonly #options: FolderReviewOptions;
  readonly #files: readonly ListedFile[];
  readonly #sockets = new Set<WebSocket>();
  /** The states that the pages were sent last. */
  readonly #told: string[] = [];
  readonly #counting: Promise<unknown>;
  #queue: ListedFile[] = [];
  #searching: Promise<void> | null = null;
  #activeAt = performance.now();
  #hasEnded = false;

  constructor(options: FolderReviewOptions) {
    this.#options = options;
    const { files, ...common } = options;
    this.#files = files.map(
      ({ name, ...paths }, index) => new ListedFile({ ...common, id: index + 1, name, paths }),
    );
    this.#counting = this.#count();
  }

  /** Milliseconds since the last activity of a user, or the end of work. */
  get idleFor(): number {
    if (this.#searching !== null) return 0;
    return Math.min(performance.now() - this.#activeAt, ...this.#files.map(({ idleFor }) => idleFor));
  }

  /** The file with this number. */
  file(id: number): ListedFile | undefined {
    return this.#files[id - 1];
  }

  /** Adds a page of the list. */
  welcome(socket: WebSocket): void {
    this.#sockets.add(socket);
    this.#activeAt = performance.now();
    hearPage(socket, {
      ...{ name: 'The list of files', rate: MESSAGES, read: readListRequest, logger: this.#options.logger },
      onMessage: (request) => {
        this.#activeAt = performance.now();
        this.#do(request);
        this.#tell();
      },
      onClose: () => this.#sockets.delete(socket),
    });
    const { name, problems } = this.#options;
    const files = this.#files.map((file) => file.state());
    send(socket, { type: 'folder', version: LIST_VERSION, name, files, problems });
  }

  /** Tells the pages what has changed, and ends reviews without pages. */
  async tick(): Promise<void> {
    const now = performance.now();
    await Promise.all(this.#files.map((file) => file.tidy(now)));
    this.#tell();
  }

  /** Ends every review, and says what is left. */
  async finish(): Promise<FolderStatus> {
    await this[Symbol.asyncDispose]();
    const states = this.#files.map((file) => file.state());
    const left = ({ doubts, findings }: FileState): number => doubts + findings;
    const known = states.filter(({ state }) => state === 'known');
    const places = known.reduce((sum, file) => sum + left(file), 0);
    return {
      places,
      openFiles: known.filter((file) => left(file) > 0).length,
      unsearched: states.filter(({ state }) => state === 'unsearched').length,
      broken: states.filter(({ state }) => state === 'failed').length,
      unrendered: known.filter((file) => left(file) === 0 && file.output !== 'current').length,
      isDone: this.#files.every(({ isDone }) => isDone),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hasEnded = true;
    this.#queue = [];
    await Promise.all(this.#files.map((file) => file[Symbol.asyncDispose]()));
    await this.#searching;
    await this.#counting;
  }

  async #count(): Promise<void> {
    const rest = [...this.#files];
    const work = async (): Promise<void> => {
      for (let file = rest.shift(); file !== undefined && !this.#hasEnded; file = rest.shift()) {
        await file.count();
      }
    };
    await Promise.all(Array.from({ length: COUNTED_AT_ONCE }, work));
    this.#tell();
  }

  #do(request: ListRequest): void {
    switch (request.type) {
      case 'search':
        this.#enqueue(request.files);
        break;
      case 'stop':
        for (const file of this.#queue) file.isQueued = false;
        this.#queue = [];
        for (const file of this.#files) void file.stopSearch();
        break;
      case 'close':
        this.#options.onClose();
        break;
      case 'alive':
        break;
    }
  }

  #enqueue(ids: readonly number[]): void {
    for (const id of ids) {
      const file = this.file(id);
      if (file?.isUnsearched !== true || this.#queue.includes(file)) continue;
      file.isQueued = true;
      this.#queue.push(file);
    }
    this.#searching ??= this.#search().finally(() => {
      this.#searching = null;
      this.#activeAt = performance.now();
    });
  }

  /** Searches one file after the other, with one detector. */
  async #search(): Promise<void> {
    const { config, logger, signal } = this.#options;
    await using lazy = new LazyDetector(() => startDetectorProcess({ config, logger, signal }));
    for (let file = this.#queue.shift(); file !== undefined; file = this.#queue.shift()) {
      file.isQueued = false;
      this.#tell();
      await file.search(() => lazy.get());
    }
  }

  #tell(): void {
    if (this.#sockets.size === 0) return;
    const changed = this.#files
      .map((file) => file.state())
      .filter((state, index) => {
        const text = JSON.stringify(state);
        if (this.#told[index] === text) return false;
        this.#told[index] = text;
        return true;
      });
    if (changed.length === 0) return;
    for (const socket of this.#sockets) send(socket, { type: 'files', files: changed });
  }
}

function send(socket: WebSocket, message: ListMessage): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
}
