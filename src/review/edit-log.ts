import { readFile, stat, truncate } from 'node:fs/promises';
import { z } from 'zod';
import { reasonOf } from '../base/reason.ts';
import { VeilError } from '../errors.ts';
import type { TrackChange } from './changes.ts';
import { editSchema, type Step } from './edits/edit.ts';
import { takeLock, type Holder, type Lock } from './lock.ts';
import { LogFile, unwritable } from './log-file.ts';

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

export interface EditLogOptions {
  /** SHA-256 of the tracks file, hexadecimal; steps that were made from other tracks are not repeated. */
  readonly tracks: string;
  /** Who reviews. */
  readonly by: string;
  /** Take it from whoever writes it. */
  readonly takesOver?: boolean;
}

/**
 * What was done to a tracks file, and by whom: JSON lines, of which each is on the disk before the next is taken. Only
 * its owner may read it. One process at a time writes; others read.
 */
export class EditLog implements AsyncDisposable {
  /** What was done since the tracks file was last saved, in order. */
  readonly steps: readonly Step[];
  /** The process that writes this log, where it is another one. */
  readonly holder: Holder | null;
  readonly #file: LogFile | null;
  readonly #lock: Lock | null;
  #isLost = false;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(steps: readonly Step[], held: { file: LogFile; lock: Lock } | Holder) {
    this.steps = steps;
    [this.#file, this.#lock, this.holder] =
      'lock' in held ? [held.file, held.lock, null] : [null, null, held];
  }

  /** True where another process writes this log, or has taken it over. */
  get isReadOnly(): boolean {
    return this.#file === null || this.#isLost;
  }

  /**
   * Opens or makes a log.
   *
   * @throws VeilError EDIT_REFUSED for a file that is no edit log, OUTPUT_UNWRITABLE
   */
  static async open(path: string, { tracks, by, takesOver = false }: EditLogOptions): Promise<EditLog> {
    const lock = await takeLock(`${path}.lock`, takesOver).catch((cause: unknown) => {
      throw unwritable(path, cause);
    });
    if (!('release' in lock)) return new EditLog(stepsFrom(await readLines(path, false), tracks) ?? [], lock);
    try {
      const lines = await readLines(path, true);
      const steps = stepsFrom(lines, tracks);
      const log = new EditLog(steps ?? [], { file: await LogFile.open(path), lock });
      if (lines.length === 0) await log.#write({ format: 'veil-edits/1' });
      if (steps === null) await log.saved(tracks, by);
      return log;
    } catch (cause) {
      await lock.release();
      throw cause instanceof VeilError ? cause : unwritable(path, cause);
    }
  }

  /**
   * Notes a step. It is on the disk when the promise is fulfilled, and nowhere when it is rejected.
   *
   * @throws VeilError EDIT_REFUSED where this log is read only, OUTPUT_UNWRITABLE, OUTPUT_DISK_FULL
   */
  async add(step: Step, by: string, changes: readonly TrackChange[] = []): Promise<void> {
    const facts = 'edit' in step && changes.length > 0 ? { changes } : {};
    await this.#write({ by, at: new Date().toISOString(), ...step, ...facts });
  }

  /** Notes that the tracks file now holds everything that was done so far. Errors as {@link add}. */
  async saved(tracks: string, by: string): Promise<void> {
    await this.#write({ by, at: new Date().toISOString(), tracks });
  }

  /** @throws VeilError EDIT_REFUSED where this log is read only */
  async checkOurs(): Promise<void> {
    if (this.#lock === null) throw readOnly();
    this.#isLost ||= !(await this.#lock.isOurs());
    if (this.#isLost) throw takenOver();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    await this.#lock?.release();
  }

  #write(line: object): Promise<void> {
    const writing = this.#writing.then(async () => {
      await this.checkOurs();
      await this.#file!.add(`${JSON.stringify(line)}\n`);
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
