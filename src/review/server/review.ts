import { basename } from 'node:path';
import { stat } from 'node:fs/promises';
import type { ResolvedConfig } from '../../config/schema.ts';
import { VeilError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { reasonOf } from '../../base/reason.ts';
import { detectFile } from '../../pipeline/file/detect-file.ts';
import { hashInput } from '../../pipeline/file/hash-input.ts';
import type { PageFile } from '../../web-server/pages.ts';
import { refused } from '../edits/refuse.ts';
import { Footage } from '../frames/footage.ts';
import type { Project } from '../project.ts';
import { Clients } from './clients.ts';
import { Findings } from './findings.ts';
import { followBothWays, frameCount } from './follow-job.ts';
import { renderAndAudit } from './output-job.ts';
import { Pictures } from './pictures.ts';
import { changedState, wholeState, type Position } from './project-state.ts';
import { PROTOCOL_VERSION, type PageMessage, type ReviewMessage } from './protocol.ts';
import { ReviewFile } from './review-file.ts';
import { doubtsOf } from './doubts.ts';
import { isNothingCovered, NOTHING_COVERED } from './nothing-covered.ts';
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
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** The page asked to end the review. */
  readonly onClose: () => void;
}

/** How a review stands. */
export interface ReviewStatus {
  /** Doubts about what is covered that have not been reviewed. */
  readonly openDoubts: number;
  /** Faces that the audit found, and problems of the file. */
  readonly openFindings: number;
  /** Whether the output holds everything that is decided. */
  readonly isRendered: boolean;
}

/** What there is once the tracks are known. */
interface Opened {
  readonly file: ReviewFile;
  readonly footage: Footage;
  readonly pictures: Pictures;
}

/** One review: its file, its pictures, its pages, and what is being done for them. */
export class Review implements AsyncDisposable {
  readonly clients: Clients;
  readonly #options: ReviewOptions;
  readonly #findings = new Findings();
  #opened: Opened | null = null;
  #sent: Project | null = null;
  #revision = 1;
  readonly #work: Work;
  #activeAt = performance.now();
  #framesSaid = 0;

  constructor(options: ReviewOptions) {
    this.#options = options;
    this.#work = new Work(options.signal, (message) => {
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
    const project = this.#opened?.file.project;
    return {
      openDoubts: project === undefined ? 0 : doubtsOf(project).length,
      openFindings: this.#findings.open + this.#findings.problems.length,
      isRendered: this.#opened !== null && this.#findings.revision === this.#revision,
    };
  }

  /**
   * Opens the tracks, and looks for faces first where there are none. Pages may come before that.
   *
   * @throws VeilError every reason why the file can't be reviewed
   */
  async open(): Promise<void> {
    const { input, tracks, by, config, signal } = this.#options;
    if ((await stat(tracks).catch(() => null)) === null) await this.#detect();
    const file = await ReviewFile.open({ input, tracks, by });
    const { style, cells, shape, padding, color } = config;
    const { noiseSeed: seed } = await hashInput(input, signal);
    const footage = new Footage({
      ...{ input, start: file.input.start, end: file.input.end, video: file.project.video, signal },
      onMore: () => {
        this.#sayFrames();
      },
    });
    const cover = { style, cells, shape, padding, color, seed };
    this.#opened = { file, footage, pictures: new Pictures({ file, footage, style: cover, signal, input }) };
    this.#sent = file.project;
    this.#activeAt = performance.now();
    this.clients.reopen();
  }

  /** Makes what is no file of the page. */
  async answer(path: string): Promise<PageFile | null> {
    return (await this.#opened?.pictures.answer(path)) ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work.stop();
    if (this.#opened === null) return;
    const { file, footage } = this.#opened;
    await footage[Symbol.asyncDispose]();
    try {
      await file.save();
    } finally {
      await file[Symbol.asyncDispose]();
    }
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
    const opened = this.#opened;
    say({
      ...{ type: 'hello', version: PROTOCOL_VERSION, name: basename(input), output: basename(output) },
      by,
      isReadOnly: isReadOnly || opened?.file.isReadOnly === true,
      video: opened?.file.project.video ?? null,
    });
    if (opened === null) return;
    say(wholeState(opened.file.project, this.#position(opened.file)));
    say({
      ...{ type: 'frames', from: 0, times: opened.footage.times, cuts: opened.footage.cuts },
      problem: problemOf(opened.footage),
    });
    say(this.#auditMessage());
  }

  async #receive(message: PageMessage): Promise<void> {
    this.#activeAt = performance.now();
    if (message.type === 'alive') return;
    if (message.type === 'cancel') {
      void this.#work.stop();
      return;
    }
    if (message.type === 'close') {
      this.#options.onClose();
      return;
    }
    const opened = this.#opened;
    if (opened === null) throw refused('The tracks are not there yet.');
    const { file } = opened;
    switch (message.type) {
      case 'edit':
        await file.apply(this.#dated(message.edit));
        break;
      case 'undo':
        await file.undo();
        break;
      case 'redo':
        await file.redo();
        break;
      case 'finding':
        this.#findings.decide(message.id, message.isOpen);
        this.clients.say(this.#auditMessage());
        return;
      case 'follow':
        await this.#follow(message, opened);
        return;
      case 'render':
        await this.#render(message.word, opened);
        return;
    }
    this.#sayChanges(file);
  }

  /** Who keeps somebody visible has said so now, whatever the clock of the page says. */
  #dated<T extends Extract<PageMessage, { type: 'edit' }>['edit']>(edit: T): T {
    return edit.type === 'decide' && edit.state === 'kept' ? { ...edit, at: new Date().toISOString() } : edit;
  }

  async #follow(message: Extract<PageMessage, { type: 'follow' }>, { file, footage }: Opened): Promise<void> {
    await this.#work.do('following', async (signal, tell) => {
      const total = frameCount(file.project, message.track);
      const result = await followBothWays(message, {
        ...{ project: file.project, footage, signal },
        onFrame: (done) => {
          tell(done, total);
        },
      });
      for (const edit of result.edits) await file.apply(edit);
      this.#sayChanges(file);
      const track = message.track ?? Math.max(...file.project.tracks.keys());
      const { forwards, backwards } = result;
      this.clients.say({
        ...{ type: 'followed', track, frames: forwards.boxes.length + backwards.boxes.length },
        forwards: { frame: forwards.frame, end: forwards.end },
        backwards: { frame: backwards.frame, end: backwards.end },
      });
    });
  }

  async #render(word: string | null, { file }: Opened): Promise<void> {
    // What was decided just before belongs to it.
    await file.settled();
    this.#sayChanges(file);
    const { project } = file;
    const revision = this.#revision;
    if (word !== NOTHING_COVERED && isNothingCovered(project)) {
      throw refused(`Nothing would be covered. Type “${NOTHING_COVERED}” if that is what you mean.`);
    }
    await file.save();
    await this.#work.do('rendering', async (signal, tell) => {
      const audit = await renderAndAudit(file.document(), {
        ...this.#options,
        signal,
        onRendered: tell,
        onAudited: (seconds) => {
          this.#work.tell('auditing', seconds, null);
        },
      });
      this.#findings.replace(audit, project, revision);
      this.clients.say(this.#auditMessage());
    });
  }

  #sayChanges(file: ReviewFile): void {
    const before = this.#sent;
    if (before === null || before === file.project) return;
    this.#revision += 1;
    this.#sent = file.project;
    this.clients.say(changedState(before, file.project, this.#position(file)));
  }

  #sayFrames(): void {
    const footage = this.#opened?.footage;
    if (footage === undefined) return;
    const from = this.#framesSaid;
    this.#framesSaid = footage.count;
    const { cuts } = footage;
    this.clients.say({
      ...{ type: 'frames', from, times: footage.times.slice(from), cuts },
      problem: problemOf(footage),
    });
  }

  #position({ canUndo, canRedo }: ReviewFile): Position {
    return { revision: this.#revision, canUndo, canRedo };
  }

  #auditMessage(): ReviewMessage {
    const { all: findings, problems, revision } = this.#findings;
    return { type: 'audit', findings, problems, revision };
  }
}

function problemOf({ problem }: Footage): string | null {
  if (problem === null) return null;
  return problem instanceof VeilError ? problem.message : `The video can't be shown: ${reasonOf(problem)}`;
}
