import { readFile, stat } from 'node:fs/promises';
import { sha256OfText } from '../../base/sha256.ts';
import { editLogOf } from '../../documents/decisions.ts';
import type { TracksDocument } from '../../documents/tracks-document.ts';
import { checkDocument, readTracks, tracksText } from '../../documents/tracks-document.ts';
import { checkSameVideo } from '../../pipeline/file/follow-tracks.ts';
import { openSource } from '../../pipeline/file/open-source.ts';
import { prepareFile } from '../../sink/new-file.ts';
import { changesOf } from '../changes.ts';
import type { Edit, Step } from '../edits/edit.ts';
import { EditLog, holdLog } from '../edit-log.ts';
import { History } from '../history.ts';
import type { Holder } from '../lock.ts';
import { areaIdsOf, documentOf, projectOf } from '../project-document.ts';
import type { Project } from '../project.ts';

export interface ReviewFileOptions {
  /** Path of the video. */
  readonly input: string;
  /** Path of its tracks file. */
  readonly tracks: string;
  /** Who reviews. */
  readonly by: string;
  /** Take the file from whoever reviews it. */
  readonly takesOver?: boolean;
}

/** A tracks file under review: what is decided now, everything that was done, and the log of it beside the file. */
export class ReviewFile implements AsyncDisposable {
  readonly #options: ReviewFileOptions;
  readonly #document: TracksDocument;
  readonly #log: EditLog;
  readonly #history: History;
  /** Steps that the log can undo and redo by itself when it is read again from the last save on. */
  #logged = { undo: 0, redo: 0 };
  #isSaved = true;
  /** The file is newer than what the log begins from: it has to be written once more before the log can go on. */
  #isTorn = false;
  #turn: Promise<void> = Promise.resolve();

  private constructor(options: ReviewFileOptions, document: TracksDocument, log: EditLog) {
    this.#options = options;
    this.#document = document;
    this.#log = log;
    this.#history = new History(projectOf(document, log.ids));
    for (const step of log.steps) {
      this.#history.take(step);
      this.#note(step);
    }
  }

  /**
   * Opens a tracks file, and repeats what was done since it was saved last.
   *
   * @throws VeilError INPUT_NOT_FOUND, TRACKS_INVALID, TRACKS_MISMATCH, EDIT_REFUSED for a damaged log,
   *   OUTPUT_UNWRITABLE
   */
  static async open(options: ReviewFileOptions): Promise<ReviewFile> {
    const { input, tracks, by, takesOver = false } = options;
    const path = editLogOf(tracks);
    // Nobody saves the tracks between here and the end.
    const held = await holdLog(path, takesOver);
    try {
      const document = await readTracks(tracks);
      await checkSameFile(input, document);
      const log = await EditLog.open(path, { held, tracks: await hashOf(tracks), by });
      return new ReviewFile(options, document, log);
    } catch (error) {
      if ('release' in held) await held.release();
      throw error;
    }
  }

  /** What the file said of the video when it was opened. */
  get input(): TracksDocument['input'] {
    return this.#document.input;
  }

  get project(): Project {
    return this.#history.project;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  /** True where another process reviews the same file. */
  get isReadOnly(): boolean {
    return this.#log.isReadOnly;
  }

  /** The process that reviewed it when it was opened, where that is another one. */
  get holder(): Holder | null {
    return this.#log.holder;
  }

  /** @throws VeilError EDIT_REFUSED where another review writes this file, OUTPUT_UNWRITABLE where that can't be told */
  async checkOurs(): Promise<void> {
    await this.#log.checkOurs();
  }

  /** What is decided now, as a tracks document. */
  document(): TracksDocument {
    return documentOf(this.project, this.#document);
  }

  /** Resolves when everything that was asked for so far is done. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  /**
   * Does something, once the log has it.
   *
   * @throws VeilError EDIT_REFUSED, OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL; nothing has changed then
   */
  apply(edit: Edit): Promise<void> {
    return this.#inTurn(() => this.#take({ edit }));
  }

  /** Errors as {@link apply}; EDIT_REFUSED also where there is nothing to undo. */
  undo(): Promise<void> {
    return this.#inTurn(() => this.#take({ undo: true }));
  }

  /** Errors as {@link apply}; EDIT_REFUSED also where there is nothing to redo. */
  redo(): Promise<void> {
    return this.#inTurn(() => this.#take({ redo: true }));
  }

  /**
   * Writes what is decided into the tracks file. Nothing is written where nothing has changed.
   *
   * @throws VeilError EDIT_REFUSED where another review has taken the file over, TRACKS_INVALID for what could not be
   *   read again, OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL
   */
  save(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isSaved && !this.isReadOnly) await this.#save(this.project);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    await this.#log[Symbol.asyncDispose]();
  }

  /** One step after the other, in the order in which they were asked for. */
  #inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #take(step: Step): Promise<void> {
    if (this.#isTorn) await this.#save(this.project);
    const before = this.project;
    const { project, commit } = this.#history.plan(step);
    if (this.#isBehindSave(step)) {
      await this.#save(project);
      commit();
      return;
    }
    await this.#log.add(step, this.#options.by, changesOf(before, project));
    commit();
    this.#note(step);
  }

  /** A step that goes behind the last save can't be repeated from the file: the file is saved as it is then. */
  #isBehindSave(step: Step): boolean {
    if ('edit' in step) return false;
    return 'undo' in step ? this.#logged.undo === 0 : this.#logged.redo === 0;
  }

  async #save(project: Project): Promise<void> {
    const { tracks, input, by } = this.#options;
    await this.#log.checkOurs();
    const document = documentOf(project, this.#document);
    checkDocument(document, tracks);
    const text = tracksText(document);
    const file = await prepareFile(tracks, text, {
      ...{ overwrite: true, input, kind: 'tracks', isPrivate: true },
    });
    try {
      await file.place(true);
    } finally {
      await file.remove();
    }
    [this.#isTorn, this.#isSaved] = [true, false];
    await this.#log.saved(sha256OfText(text), areaIdsOf(project), by);
    [this.#isTorn, this.#isSaved] = [false, true];
    this.#logged = { undo: 0, redo: 0 };
  }

  #note(step: Step): void {
    const { undo, redo } = this.#logged;
    this.#isSaved = false;
    if ('edit' in step) this.#logged = { undo: undo + 1, redo: 0 };
    else if ('undo' in step) this.#logged = { undo: undo - 1, redo: redo + 1 };
    else this.#logged = { undo: undo + 1, redo: redo - 1 };
  }
}

async function hashOf(path: string): Promise<string> {
  return sha256OfText(await readFile(path, 'utf8'));
}

/** Before anybody decides about the faces of another video: rendering would refuse it. */
async function checkSameFile(input: string, document: TracksDocument): Promise<void> {
  const { start, end } = document.input;
  const part = { ...(start === null ? {} : { start }), ...(end === null ? {} : { end }) };
  const bytes = (await stat(input)).size;
  await using source = await openSource({ input, look: { interval: 1, sizes: [] }, ...part });
  checkSameVideo(document, { bytes, info: source.info, start, end });
}
