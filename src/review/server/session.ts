import { reasonOf } from '../../base/reason.ts';
import { assertNever, VeilError } from '../../errors.ts';
import type { Box } from '../../frame/box.ts';
import type { FrameRange } from '../../frame/track.ts';
import type { Edit } from '../edits/edit.ts';
import { refused } from '../edits/refuse.ts';
import type { Footage } from '../frames/footage.ts';
import type { Project } from '../project.ts';
import { doubtsOf } from './doubts.ts';
import { Findings } from './findings.ts';
import { coverPlace, followBothWays, frameCount, type FollowResult, type Place } from './follow-job.ts';
import { isNothingCovered, NOTHING_COVERED, WordMissing } from './nothing-covered.ts';
import { renderAndAudit, type OutputOptions } from './output-job.ts';
import type { Pictures } from './pictures.ts';
import { changedState, wholeState, type Position } from './project-state.ts';
import type { PageMessage, ReviewMessage } from './protocol.ts';
import type { ReviewFile } from './review-file.ts';
import { spanSummary } from './track-summary.ts';
import type { Work } from './work.ts';

/** Status of a review. */
export interface ReviewStatus {
  /** Doubts that have not been reviewed. */
  readonly openDoubts: number;
  /** Faces that the audit found, and problems of the file. */
  readonly openFindings: number;
  /** Whether the output holds all decisions. */
  readonly isRendered: boolean;
  /** Whether this review made decisions that no output holds. */
  readonly isChanged: boolean;
}

export interface SessionOptions {
  readonly file: ReviewFile;
  readonly footage: Footage;
  readonly fullFrames: AsyncDisposable;
  readonly pictures: Pictures;
  readonly output: OutputOptions;
  readonly work: Work;
  /** Sends a message to every page. */
  readonly say: (message: ReviewMessage) => void;
}

/** Requests of a page that need open tracks. */
export type SessionMessage = Exclude<PageMessage, { type: 'alive' | 'cancel' | 'close' }>;

/** The work on one file: carries out requests of pages, and sends the results to all of them. */
export class Session implements AsyncDisposable {
  readonly #options: SessionOptions;
  readonly #findings = new Findings();
  /** The state that the pages were sent last. */
  #sent: Project;
  #revision = 1;
  #framesSaid = 0;
  /** The check before the latest request: requests begin in the order in which they came. */
  #admission: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#sent = options.file.project;
  }

  get file(): ReviewFile {
    return this.#options.file;
  }

  get pictures(): Pictures {
    return this.#options.pictures;
  }

  status(): ReviewStatus {
    const { project } = this.file;
    const open = this.#summaries().filter(({ isOpen }) => isOpen).length;
    const isRendered = this.#findings.isRendered(project);
    return {
      openDoubts: doubtsOf(project).length,
      openFindings: open + this.#findings.problems.length,
      isRendered,
      isChanged: this.file.canUndo && !isRendered,
    };
  }

  /** Sends a page the whole state. */
  welcome(say: (message: ReviewMessage) => void): void {
    const { file, footage } = this.#options;
    say(wholeState(file.project, this.#position()));
    say({
      ...{ type: 'frames', from: 0, times: footage.times, cuts: footage.cuts },
      problem: problemOf(footage),
    });
    say(this.#auditMessage());
  }

  /**
   * Carries out a request of a page.
   *
   * @throws VeilError the reason for a refusal
   */
  async take(message: SessionMessage): Promise<void> {
    const { file } = this;
    await this.#admit();
    switch (message.type) {
      case 'edit':
        await file.apply(dated(message.edit));
        break;
      case 'undo':
        await file.undo();
        break;
      case 'redo':
        await file.redo();
        break;
      case 'dismissFinding':
        await file.apply({ type: 'dismissFinding', finding: placeOf(this.#finding(message.id)) });
        break;
      case 'coverFinding':
        await this.#coverFinding(message.id);
        break;
      case 'coverSpan':
        await this.#coverSpan(message.id);
        break;
      case 'follow':
        await this.#follow(message);
        break;
      case 'render':
        await this.#render(message.word);
        break;
      default:
        assertNever(message);
    }
    this.#sayChanges();
  }

  /** Without this order, a decision could miss the output that is requested right after it. */
  #admit(): Promise<void> {
    const admission = this.#admission.then(() => this.file.checkOurs());
    this.#admission = admission.catch(() => undefined);
    return admission;
  }

  /** Announces newly available frames to the pages. */
  sayFrames(): void {
    const { footage, say } = this.#options;
    const from = this.#framesSaid;
    this.#framesSaid = footage.count;
    const { cuts } = footage;
    say({ type: 'frames', from, times: footage.times.slice(from), cuts, problem: problemOf(footage) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { file, footage, fullFrames } = this.#options;
    await Promise.all([footage[Symbol.asyncDispose](), fullFrames[Symbol.asyncDispose]()]);
    try {
      await file.save();
    } finally {
      await file[Symbol.asyncDispose]();
    }
  }

  #follow(message: Extract<PageMessage, { type: 'follow' }>): Promise<void> {
    const { footage, work } = this.#options;
    const { file } = this;
    return work.do('following', async (signal, tell) => {
      const { project } = file;
      const total = frameCount(project, message.track);
      const onFrame = (done: number): void => {
        tell(done, total);
      };
      const result = await followBothWays(message, { project, footage, signal, onFrame });
      for (const edit of result.edits) await file.apply(edit);
      this.#sayFollowed(message.track, result);
    });
  }

  async #coverFinding(id: number): Promise<void> {
    const found = this.#finding(id);
    const finding = placeOf(found);
    await this.#cover({ ...finding, frame: found.surestFrame }, { finding });
    if (this.#summaries()[id]?.isOpen !== true) return;
    throw refused('It is followed, and still not covered everywhere. Draw a box with N.');
  }

  /** Covers a doubt about a person without a track. */
  async #coverSpan(id: number): Promise<void> {
    const { project } = this.file;
    const span = project.spans.find((each) => each.id === id);
    if (span === undefined) throw refused('There is no such span.');
    const { firstFrame, lastFrame, box } = span;
    if (box === null) throw refused('The tracks file does not say where it is. Draw a box with N.');
    await this.#cover(
      { firstFrame, lastFrame, box, frame: spanSummary(span, project).frame },
      { spans: [id] },
    );
  }

  #cover(place: Place, answers: Pick<Extract<Edit, { type: 'add' }>, 'finding' | 'spans'>): Promise<void> {
    const { footage, work } = this.#options;
    const { file } = this;
    return work.do('following', async (signal, tell) => {
      const { project } = file;
      const onFrame = (done: number): void => {
        tell(done, project.video.frames);
      };
      const result = await coverPlace(place, { project, footage, signal, onFrame });
      await file.apply({ ...result.edit, ...answers });
      this.#sayFollowed(null, result);
    });
  }

  async #render(word: string | null): Promise<void> {
    const { output, work } = this.#options;
    const { file } = this;
    // Include the decisions made just before.
    await file.settled();
    this.#sayChanges();
    const { project } = file;
    if (word !== NOTHING_COVERED && isNothingCovered(project, () => file.document())) throw new WordMissing();
    await file.save();
    // Another review may have taken over the file while this one had nothing to save.
    await file.checkOurs();
    await work.do('rendering', async (signal, tell) => {
      const audit = await renderAndAudit(file.document(), {
        ...output,
        signal,
        onRendered: tell,
        onAudited: (seconds) => {
          work.tell('auditing', seconds, null);
        },
      });
      this.#findings.replace(audit, project);
      this.#options.say(this.#auditMessage());
    });
  }

  #finding(id: number): NonNullable<ReturnType<Findings['get']>> {
    const finding = this.#findings.get(id);
    if (finding === undefined) throw refused('The audit found no such face.');
    return finding;
  }

  #sayFollowed(track: number | null, { forwards, backwards }: Omit<FollowResult, 'edits'>): void {
    this.#sayChanges();
    this.#options.say({
      ...{ type: 'followed', track: track ?? Math.max(...this.file.project.tracks.keys()) },
      frames: forwards.boxes.length + backwards.boxes.length,
      forwards: { frame: forwards.frame, end: forwards.end },
      backwards: { frame: backwards.frame, end: backwards.end },
    });
  }

  #sayChanges(): void {
    const { say, file } = this.#options;
    const before = this.#sent;
    if (before === file.project) return;
    this.#revision += 1;
    this.#sent = file.project;
    say(changedState(before, file.project, this.#position()));
    if (this.#findings.wasRendered) say(this.#auditMessage());
  }

  #position(): Position {
    const { canUndo, canRedo } = this.file;
    return { revision: this.#revision, canUndo, canRedo };
  }

  #summaries(): ReturnType<Findings['summaries']> {
    const { pictures } = this.#options;
    return this.#findings.summaries(this.file.project, (frame) => pictures.coversAt(frame));
  }

  #auditMessage(): ReviewMessage {
    const { problems, wasRendered } = this.#findings;
    const isRendered = this.#findings.isRendered(this.file.project);
    return { type: 'audit', findings: this.#summaries(), problems, wasRendered, isRendered };
  }
}

/** The part of a finding that an edit records. */
function placeOf({
  firstFrame,
  lastFrame,
  box,
}: FrameRange & { readonly box: Box }): FrameRange & { box: Box } {
  return { firstFrame, lastFrame, box };
}

/** Dates a decision to keep a person by the clock of this machine, not of the page. */
function dated(edit: Edit): Edit {
  return edit.type === 'decide' && edit.state === 'kept' ? { ...edit, at: new Date().toISOString() } : edit;
}

function problemOf({ problem }: Footage): string | null {
  if (problem === null) return null;
  return problem instanceof VeilError ? problem.message : `The video can't be shown: ${reasonOf(problem)}`;
}
