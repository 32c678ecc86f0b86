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
  /** Take the file over from the process that reviews it. */
  readonly takesOver?: boolean;
}

/** A tracks file under review: its current decisions, its history, and the edit log beside it. */
export class ReviewFile implements AsyncDisposable {
  readonly #options: ReviewFileOptions;
  readonly #document: TracksDocument;
  readonly #log: EditLog;
  readonly #history: History;
  /** Steps that can be undone and redone from the log alone, which is replayed from the last save on. */
  #logged = { undo: 0, redo: 0 };
  #isSaved = true;
  /** The file is newer than the start of the log: it must be saved once more before the log can go on. */
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
   * Opens a tracks file, and replays the edits since its last save.
   *
   * @throws VeilError INPUT_NOT_FOUND, TRACKS_INVALID, TRACKS_MISMATCH, EDIT_REFUSED for a damaged log,
   *   OUTPUT_UNWRITABLE
   */
  static async open(options: ReviewFileOptions): Promise<ReviewFile> {
    const { input, tracks, by, takesOver = false } = options;
    const path = editLogOf(tracks);
    // Hold the log first: no other process can then save the tracks meanwhile.
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

  /** The tracks file's facts about the video when it was opened. */
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

  /** True if another process reviews the same file. */
  get isReadOnly(): boolean {
    return this.#log.isReadOnly;
  }

  /** The other process that reviewed the file when this one opened it; null if there was none. */
  get holder(): Holder | null {
    return this.#log.holder;
  }

  /** @throws VeilError EDIT_REFUSED if another review writes this file, OUTPUT_UNWRITABLE if that is unknown */
  async checkOurs(): Promise<void> {
    await this.#log.checkOurs();
  }

  /** The current decisions, as a tracks document. */
  document(): TracksDocument {
    return documentOf(this.project, this.#document);
  }

  /** Resolves when all requests so far are done. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  /**
   * Applies an edit, after recording it in the log.
   *
   * @throws VeilError EDIT_REFUSED, OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL; then nothing has changed
   */
  apply(edit: Edit): Promise<void> {
    return this.#inTurn(() => this.#take({ edit }));
  }

  /** Errors as {@link apply}; EDIT_REFUSED also without a step to undo. */
  undo(): Promise<void> {
    return this.#inTurn(() => this.#take({ undo: true }));
  }

  /** Errors as {@link apply}; EDIT_REFUSED also without a step to redo. */
  redo(): Promise<void> {
    return this.#inTurn(() => this.#take({ redo: true }));
  }

  /**
   * Writes the decisions into the tracks file, if they have changed.
   *
   * @throws VeilError EDIT_REFUSED if another review has taken the file over, TRACKS_INVALID for a document that could
   *   not be read back, OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL
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

  /** Runs steps one after the other, in the order of the requests. */
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

  /** A step back beyond the last save can't be replayed from the log: the file is saved instead. */
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

/** Checks the video before the review starts: rendering would refuse another one. */
async function checkSameFile(input: string, document: TracksDocument): Promise<void> {
  const { start, end } = document.input;
  const part = { ...(start === null ? {} : { start }), ...(end === null ? {} : { end }) };
  const bytes = (await stat(input)).size;
  await using source = await openSource({ input, look: { interval: 1, sizes: [] }, ...part });
  checkSameVideo(document, { bytes, info: source.info, start, end });
}
