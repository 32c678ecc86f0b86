import { readFile, stat, truncate } from 'node:fs/promises';
import { z } from 'zod';
import { reasonOf } from '../base/reason.ts';
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
  /** SHA-256 of the tracks file that the next steps start from, and the ids of what has none in that file. */
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

const MOST_BYTES = 384 * 1024 ** 2;

export interface EditLogOptions {
  /** From {@link holdLog}. */
  readonly held: Lock | Holder;
  /** SHA-256 of the tracks file, hexadecimal; steps that were made from other tracks are not repeated. */
  readonly tracks: string;
  /** Who reviews. */
  readonly by: string;
}

/**
 * Takes a log for this process, before anything is read that it may change.
 *
 * @param takesOver take it from whoever writes it
 * @returns who writes it instead
 * @throws VeilError OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL
 */
export async function holdLog(path: string, takesOver: boolean): Promise<Lock | Holder> {
  return takeLock(`${path}.lock`, takesOver).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
}

/**
 * What was done to a tracks file, and by whom: JSON lines, of which each is on the disk before the next is taken. Only
 * its owner may read it. One process at a time writes; others read. The file is made with the first step.
 */
export class EditLog implements AsyncDisposable {
  /** What was done since the tracks file was last saved, in order. */
  readonly steps: readonly Step[];
  /** Ids of covers, zones and silences in that tracks file; null where they are numbered from 1. */
  readonly ids: AreaIds | null;
  readonly #path: string;
  readonly #held: Lock | Holder;
  readonly #file: LogFile;
  /** Lines that go before the next one. */
  #before: readonly Line[];
  #isLost = false;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(path: string, { lines, bytes }: Read, { held, tracks, by }: EditLogOptions) {
    const since = linesSince(lines, tracks);
    this.steps = (since ?? []).flatMap(stepOf);
    this.ids = (since === null ? undefined : idsOf(lines)) ?? null;
    this.#path = path;
    this.#held = held;
    this.#file = new LogFile(path, bytes);
    this.#before = [
      ...(lines.length === 0 ? [{ format: 'veil-edits/1' } as const] : []),
      ...(since === null ? [{ by, at: new Date().toISOString(), tracks }] : []),
    ];
  }

  /** The process that writes this log, where it is another one. */
  get holder(): Holder | null {
    return 'release' in this.#held ? null : this.#held;
  }

  /** True where another process writes this log, or has taken it over. */
  get isReadOnly(): boolean {
    return this.holder !== null || this.#isLost;
  }

  /**
   * Reads a log, where there is one.
   *
   * @throws VeilError EDIT_REFUSED for a file that is no edit log, OUTPUT_UNWRITABLE
   */
  static async open(path: string, options: EditLogOptions): Promise<EditLog> {
    try {
      return new EditLog(path, await readLines(path, 'release' in options.held), options);
    } catch (cause) {
      throw cause instanceof VeilError ? cause : unwritable(path, cause);
    }
  }

  /**
   * Notes a step. It is on the disk when the promise is fulfilled, and nowhere when it is rejected.
   *
   * @throws VeilError EDIT_REFUSED where this log is read only or could not be read with it, OUTPUT_UNWRITABLE,
   *   OUTPUT_DISK_FULL
   */
  async add(step: Step, by: string, changes: readonly TrackChange[] = []): Promise<void> {
    const facts = 'edit' in step && changes.length > 0 ? { changes: [...changes] } : {};
    await this.#write({ by, at: new Date().toISOString(), ...step, ...facts });
  }

  /** Notes that the tracks file now holds everything that was done so far. Errors as {@link add}. */
  async saved(tracks: string, ids: AreaIds, by: string): Promise<void> {
    await this.#write({ by, at: new Date().toISOString(), tracks, ids });
  }

  /** @throws VeilError EDIT_REFUSED where this log is read only, OUTPUT_UNWRITABLE where that can't be told */
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

/** @throws VeilError EDIT_REFUSED for a line with which the log could not be read again */
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
  /** Their bytes. */
  readonly bytes: number;
}

/** The lines of a log; none where there is no file. A last line that a crash cut off was never confirmed: it goes. */
async function readLines(path: string, mayMend: boolean): Promise<Read> {
  const info = await stat(path).catch(() => null);
  if (info === null) return { lines: [], bytes: 0 };
  if (!info.isFile() || info.size > MOST_BYTES) throw damaged(path, 'it is too large, or no file');
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

/** The lines after these tracks were saved, last of all; null where they never were. */
function linesSince(lines: readonly Line[], tracks: string): readonly Line[] | null {
  const start = lines.findLastIndex((line) => 'tracks' in line);
  const base = lines[start];
  return base !== undefined && 'tracks' in base && base.tracks === tracks ? lines.slice(start + 1) : null;
}

function idsOf(lines: readonly Line[]): AreaIds | undefined {
  const base = lines.findLast((line) => 'tracks' in line);
  return base !== undefined && 'tracks' in base ? base.ids : undefined;
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
