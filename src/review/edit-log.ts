import { open, readFile, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { reasonOf } from '../base/reason.ts';
import { VeilError } from '../errors.ts';
import type { TrackChange } from './changes.ts';
import { editSchema, type Edit } from './edits/edit.ts';
import { takeLock } from './lock.ts';

/** What a person did: an edit, or going back or forth. */
export type Step = { readonly edit: Edit } | { readonly undo: true } | { readonly redo: true };

const who = { by: z.string().max(100), at: z.iso.datetime() };
const lineSchema = z.union([
  z.strictObject({ format: z.literal('veil-edits/1') }),
  /** SHA-256 of the tracks file that the next steps start from. */
  z.strictObject({ ...who, tracks: z.hash('sha256') }),
  z.strictObject({ ...who, edit: editSchema, changes: z.array(z.unknown()).optional() }),
  z.strictObject({ ...who, undo: z.literal(true) }),
  z.strictObject({ ...who, redo: z.literal(true) }),
]);

type Line = z.output<typeof lineSchema>;

const MOST_BYTES = 384 * 1024 ** 2;

/**
 * What was done to a tracks file, and by whom: JSON lines, of which each is on the disk before the next is taken. Only
 * its owner may read it. One process at a time writes; others read.
 */
export class EditLog implements AsyncDisposable {
  /** What was done since the tracks file was last saved, in order. */
  readonly steps: readonly Step[];
  /** True where another process writes this log. */
  readonly isReadOnly: boolean;
  readonly #file: FileHandle | null;
  readonly #lock: string | null;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(steps: readonly Step[], file: FileHandle | null, lock: string | null) {
    this.steps = steps;
    this.isReadOnly = file === null;
    this.#file = file;
    this.#lock = lock;
  }

  /**
   * Opens or makes a log.
   *
   * @param tracks SHA-256 of the tracks file, hexadecimal; steps that were made from other tracks are not repeated
   * @throws VeilError EDIT_REFUSED for a file that is no edit log, OUTPUT_UNWRITABLE
   */
  static async open(
    path: string,
    { tracks, by }: { readonly tracks: string; readonly by: string },
  ): Promise<EditLog> {
    const lock = `${path}.lock`;
    const isOurs = await takeLock(lock);
    try {
      const lines = await readLines(path, isOurs);
      const steps = stepsFrom(lines, tracks);
      if (!isOurs) return new EditLog(steps ?? [], null, null);
      const log = new EditLog(steps ?? [], await open(path, 'a', 0o600), lock);
      if (lines.length === 0) await log.#write({ format: 'veil-edits/1' });
      if (steps === null) await log.saved(tracks, by);
      return log;
    } catch (cause) {
      if (isOurs) await rm(lock, { force: true });
      if (cause instanceof VeilError) throw cause;
      throw new VeilError('OUTPUT_UNWRITABLE', `The edit log ${path} cannot be written.`, {
        hint: 'Check that you may write beside the tracks file.',
        cause,
      });
    }
  }

  /** Notes a step. It is on the disk when the promise is fulfilled. */
  async add(step: Step, by: string, changes: readonly TrackChange[] = []): Promise<void> {
    const facts = 'edit' in step && changes.length > 0 ? { changes } : {};
    await this.#write({ by, at: new Date().toISOString(), ...step, ...facts });
  }

  /** Notes that the tracks file now holds everything that was done so far. */
  async saved(tracks: string, by: string): Promise<void> {
    await this.#write({ by, at: new Date().toISOString(), tracks });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file?.close();
    if (this.#lock !== null) await rm(this.#lock, { force: true });
  }

  #write(line: object): Promise<void> {
    const writing = this.#writing.then(async () => {
      if (this.#file === null) throw readOnly();
      await this.#file.appendFile(`${JSON.stringify(line)}\n`);
      await this.#file.datasync();
    });
    this.#writing = writing.catch(() => undefined);
    return writing;
  }
}

/** The lines of a log; none where there is no file. A last line that a crash cut off was never confirmed: it goes. */
async function readLines(path: string, mayMend: boolean): Promise<Line[]> {
  const info = await stat(path).catch(() => null);
  if (info === null) return [];
  if (!info.isFile() || info.size > MOST_BYTES) throw damaged(path, 'it is too large, or no file');
  const text = await readFile(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (mayMend && whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => lineOf(line, index, path));
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

/** The steps after these tracks were saved, last of all; null where they never were. */
function stepsFrom(lines: readonly Line[], tracks: string): Step[] | null {
  const start = lines.findLastIndex((line) => 'tracks' in line);
  const base = lines[start];
  if (base === undefined || !('tracks' in base) || base.tracks !== tracks) return null;
  return lines.slice(start + 1).flatMap((line): Step[] => {
    if ('edit' in line) return [{ edit: line.edit }];
    if ('undo' in line) return [{ undo: true }];
    return 'redo' in line ? [{ redo: true }] : [];
  });
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
