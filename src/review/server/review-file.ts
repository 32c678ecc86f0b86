import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { TracksDocument } from '../../documents/tracks-document.ts';
import { formatFor, readTracks, tracksText } from '../../documents/tracks-document.ts';
import { checkSameVideo } from '../../pipeline/file/follow-tracks.ts';
import { openSource } from '../../pipeline/file/open-source.ts';
import { prepareFile } from '../../sink/new-file.ts';
import { changesOf } from '../changes.ts';
import type { Edit } from '../edits/edit.ts';
import { EditLog } from '../edit-log.ts';
import { History } from '../history.ts';
import { documentOf, projectOf } from '../project-document.ts';
import type { Project } from '../project.ts';

export interface ReviewFileOptions {
  /** Path of the video. */
  readonly input: string;
  /** Path of its tracks file. */
  readonly tracks: string;
  /** Who reviews. */
  readonly by: string;
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
  #turn: Promise<void> = Promise.resolve();

  private constructor(options: ReviewFileOptions, document: TracksDocument, log: EditLog) {
    this.#options = options;
    this.#document = document;
    this.#log = log;
    this.#history = new History(projectOf(document));
    for (const step of log.steps) {
      if ('edit' in step) this.#history.apply(step.edit);
      else if ('undo' in step) this.#history.undo();
      else this.#history.redo();
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
    const document = await readTracks(options.tracks);
    await checkSameFile(options.input, document);
    const path = options.tracks.replace(/(\.tracks)?\.json$/i, '') + '.edits.jsonl';
    const log = await EditLog.open(path, { tracks: await hashOf(options.tracks), by: options.by });
    return new ReviewFile(options, document, log);
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

  /** What is decided now, as a tracks document. */
  document(): TracksDocument {
    const document = documentOf(this.project, this.#document);
    return { ...document, format: formatFor(document) };
  }

  /** Resolves when everything that was asked for so far is done. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  /**
   * Does something, once the log has it.
   *
   * @throws VeilError EDIT_REFUSED, OUTPUT_UNWRITABLE; nothing has changed then
   */
  apply(edit: Edit): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.project;
      const after = this.#history.apply(edit);
      try {
        await this.#log.add({ edit }, this.#options.by, changesOf(before, after));
      } catch (error) {
        this.#history.undo();
        throw error;
      }
      this.#note({ edit });
    });
  }

  /** @throws VeilError EDIT_REFUSED where there is nothing to undo */
  undo(): Promise<void> {
    return this.#inTurn(async () => {
      this.#history.undo();
      await this.#goneTo({ undo: true });
    });
  }

  /** @throws VeilError EDIT_REFUSED where there is nothing to redo */
  redo(): Promise<void> {
    return this.#inTurn(async () => {
      this.#history.redo();
      await this.#goneTo({ redo: true });
    });
  }

  /**
   * Writes what is decided into the tracks file. Nothing is written where nothing has changed.
   *
   * @throws VeilError OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL
   */
  save(): Promise<void> {
    return this.#inTurn(() => this.#save());
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

  async #save(): Promise<void> {
    if (this.#isSaved || this.isReadOnly) return;
    const { tracks, input, by } = this.#options;
    const file = await prepareFile(tracks, tracksText(this.document()), {
      ...{ overwrite: true, input, kind: 'tracks', isPrivate: true },
    });
    try {
      await file.place(true);
    } finally {
      await file.remove();
    }
    await this.#log.saved(await hashOf(tracks), by);
    this.#logged = { undo: 0, redo: 0 };
    this.#isSaved = true;
  }

  /** A step that goes behind the last save can't be repeated from the file: the file is saved as it is now. */
  async #goneTo(step: { readonly undo: true } | { readonly redo: true }): Promise<void> {
    this.#isSaved = false;
    if ('undo' in step ? this.#logged.undo > 0 : this.#logged.redo > 0) {
      await this.#log.add(step, this.#options.by);
      this.#note(step);
    } else await this.#save();
  }

  #note(step: EditLog['steps'][number]): void {
    const { undo, redo } = this.#logged;
    this.#isSaved = false;
    if ('edit' in step) this.#logged = { undo: undo + 1, redo: 0 };
    else if ('undo' in step) this.#logged = { undo: undo - 1, redo: redo + 1 };
    else this.#logged = { undo: undo + 1, redo: redo - 1 };
  }
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** Before anybody decides about the faces of another video: rendering would refuse it. */
async function checkSameFile(input: string, document: TracksDocument): Promise<void> {
  const { start, end } = document.input;
  const part = { ...(start === null ? {} : { start }), ...(end === null ? {} : { end }) };
  const bytes = (await stat(input)).size;
  await using source = await openSource({ input, look: { interval: 1, sizes: [] }, ...part });
  checkSameVideo(document, { bytes, info: source.info, start, end });
}
