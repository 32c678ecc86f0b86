import { readFile, stat, truncate } from 'node:fs/promises';
import { z } from 'zod';
import { reasonOf } from '../base/reason.ts';
import { LONGEST_EDIT_LOG } from '../documents/decisions.ts';
import { VeilError } from '../errors.ts';
import type { TrackChange } from './changes.ts';
import { editSchema, type Step } from './edits/edit.ts';
import { takeLock, type Holder, type Lock } from './lock.ts';
import { LogFile, unwritable } from './log-file.ts';
import type { AreaIds } from './project-document.ts';

const who = { by: z.string().max(100), at: z.iso.datetime() };
const ids = z.array(z.int().positive()).max(1_000_000).readonly();
const lineSchema = z.union([
  z.strictObject({ format: z.literal('veil-edits/1') }),
  /** SHA-256 of the tracks file that the next steps start from, and the ids that the file itself does not hold. */
  z.strictObject({
    ...who,
    tracks: z.hash('sha256'),
    ids: z.strictObject({ wholes: ids, zones: ids, mutes: ids }).optional(),
  }),
  z.strictObject({ ...who, edit: editSchema, changes: z.array(z.unknown()).optional() }),
  z.strictObject({ ...who, undo: z.literal(true) }),
  z.strictObject({ ...who, redo: z.literal(true) }),
]);

type Line = z.output<typeof lineSchema>;

export interface EditLogOptions {
  /** From {@link holdLog}. */
  readonly held: Lock | Holder;
  /** SHA-256 of the tracks file, hexadecimal; steps that were made from another file are not replayed. */
  readonly tracks: string;
  /** Who reviews. */
  readonly by: string;
}

/**
 * Takes a log for this process. Call it before reading anything that the log may change.
 *
 * @param takesOver take it from the process that writes it
 * @returns the process that writes it instead
 * @throws VeilError OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL
 */
export async function holdLog(path: string, takesOver: boolean): Promise<Lock | Holder> {
  return takeLock(`${path}.lock`, takesOver).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
}

/**
 * What was done to a tracks file, and by whom, as JSON lines. Each line is on disk before the next one is accepted.
 * Only its owner may read it. One process at a time writes; others read. The first step creates the file.
 */
export class EditLog implements AsyncDisposable {
  /** What was done since the tracks file was last saved, in order. */
  readonly steps: readonly Step[];
  /** Ids of covers, zones and mutes in that tracks file; null where they are numbered from 1. */
  readonly ids: AreaIds | null;
  readonly #path: string;
  readonly #held: Lock | Holder;
  readonly #file: LogFile;
  /** Lines to write before the next one. */
  #before: readonly Line[];
  #isLost = false;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(path: string, { lines, bytes }: Read, { held, tracks, by }: EditLogOptions) {
    const saved = lines.findLastIndex((line) => 'tracks' in line);
    const base = lines[saved];
    const isOfThese = base !== undefined && 'tracks' in base && base.tracks === tracks;
    this.steps = isOfThese ? lines.slice(saved + 1).flatMap(stepOf) : [];
    this.ids = (isOfThese ? base.ids : undefined) ?? null;
    this.#path = path;
    this.#held = held;
    this.#file = new LogFile(path, bytes);
    this.#before = [
      ...(lines.length === 0 ? [{ format: 'veil-edits/1' } as const] : []),
      ...(isOfThese ? [] : [{ by, at: new Date().toISOString(), tracks }]),
    ];
  }

  /** The process that writes this log, if it is another one. */
  get holder(): Holder | null {
    return 'release' in this.#held ? null : this.#held;
  }

  /** True where another process writes this log, or has taken it over. */
  get isReadOnly(): boolean {
    return this.holder !== null || this.#isLost;
  }

  /**
   * Reads a log, if it exists.
   *
   * @throws VeilError EDIT_REFUSED for a file that is not an edit log, OUTPUT_UNWRITABLE
   */
  static async open(path: string, options: EditLogOptions): Promise<EditLog> {
    try {
      return new EditLog(path, await readLines(path, 'release' in options.held), options);
    } catch (cause) {
      throw cause instanceof VeilError ? cause : unwritable(path, cause);
    }
  }

  /**
   * Records a step. It is on disk when the promise is fulfilled, and not written when it is rejected.
   *
   * @throws VeilError EDIT_REFUSED where this log is read-only or the line could not be read back, OUTPUT_UNWRITABLE,
   *   OUTPUT_DISK_FULL
   */
  async add(step: Step, by: string, changes: readonly TrackChange[] = []): Promise<void> {
    const facts = 'edit' in step && changes.length > 0 ? { changes: [...changes] } : {};
    await this.#write({ by, at: new Date().toISOString(), ...step, ...facts });
  }

  /** Records that the tracks file now holds everything done so far. Errors as {@link add}. */
  async saved(tracks: string, ids: AreaIds, by: string): Promise<void> {
    await this.#write({ by, at: new Date().toISOString(), tracks, ids });
  }

  /** @throws VeilError EDIT_REFUSED where this log is read-only, OUTPUT_UNWRITABLE where that can't be determined */
  async checkOurs(): Promise<void> {
    if (!('release' in this.#held)) throw readOnly();
    try {
      this.#isLost ||= !(await this.#held.isOurs());
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
    if (this.#isLost) throw takenOver();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    await this.#file[Symbol.asyncDispose]();
    if ('release' in this.#held) await this.#held.release();
  }

  #write(line: Line): Promise<void> {
    const writing = this.#writing.then(async () => {
      await this.checkOurs();
      checkLine(line);
      await this.#file.add([...this.#before, line].map((each) => `${JSON.stringify(each)}\n`).join(''));
      this.#before = [];
    });
    this.#writing = writing.catch(() => undefined);
    return writing;
  }
}

/** @throws VeilError EDIT_REFUSED for a line that could not be read back */
function checkLine(line: Line): void {
  const { error } = lineSchema.safeParse(line);
  if (error === undefined) return;
  throw new VeilError('EDIT_REFUSED', 'This edit does not fit into the edit log.', {
    hint: 'Nothing has changed.',
    cause: error,
  });
}

interface Read {
  readonly lines: readonly Line[];
  readonly bytes: number;
}

/** The lines of a log; none without a file. A last line that a crash cut off was never confirmed and is dropped. */
async function readLines(path: string, mayMend: boolean): Promise<Read> {
  const info = await stat(path).catch(() => null);
  if (info === null) return { lines: [], bytes: 0 };
  if (!info.isFile() || info.size > LONGEST_EDIT_LOG) throw damaged(path, 'it is too large, or no file');
  const text = await readFile(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const bytes = Buffer.byteLength(whole);
  if (mayMend && whole.length < text.length) await truncate(path, bytes);
  const lines = whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => lineOf(line, index, path));
  return { lines, bytes };
}

function lineOf(text: string, index: number, path: string): Line {
  try {
    const line = lineSchema.parse(JSON.parse(text));
    if ((index === 0) !== 'format' in line)
      throw new Error('the format must stand in the first line, and there alone');
    return line;
  } catch (cause) {
    throw damaged(path, `line ${index + 1}: ${reasonOf(cause)}`, cause);
  }
}

function stepOf(line: Line): Step[] {
  if ('edit' in line) return [{ edit: line.edit }];
  if ('undo' in line) return [{ undo: true }];
  return 'redo' in line ? [{ redo: true }] : [];
}

function takenOver(): VeilError {
  return new VeilError(
    'EDIT_REFUSED',
    'Another review has taken this file over, so this one only shows it.',
    {
      hint: 'Nothing has changed. What was decided before is in the edit log.',
    },
  );
}

function readOnly(): VeilError {
  return new VeilError('EDIT_REFUSED', 'Another review of this file is open, so this one only shows it.', {
    hint: 'Close the other one first.',
  });
}

function damaged(path: string, reason: string, cause?: unknown): VeilError {
  return new VeilError('EDIT_REFUSED', `${path} is not a valid edit log: ${reason}.`, {
    hint: 'Move it away to start from the tracks file alone. Nothing has changed.',
    cause: cause ?? reason,
  });
}
