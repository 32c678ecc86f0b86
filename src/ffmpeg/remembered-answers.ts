import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWholeFile } from '../base/whole-file.ts';
import { dataFolder } from '../config/data-folder.ts';

/** A query to a program whose answer changes only with the program. */
export interface Question<Answer> {
  /** Part of a file name. */
  readonly name: string;
  /** Format of the answer in its file. */
  readonly schema: z.ZodType<Answer>;
}

const FORMAT = 'veil-program/1';

const programSchema = z.strictObject({ path: z.string(), size: z.number(), modified: z.number() });

/**
 * The stored answer of this very program: same path, size and time.
 *
 * @returns null if there is none, or it is unreadable
 */
export async function recall<Answer>(program: string, question: Question<Answer>): Promise<Answer | null> {
  const schema = z.strictObject({
    format: z.literal(FORMAT),
    program: programSchema,
    answer: question.schema,
  });
  try {
    const remembered = schema.parse(JSON.parse(await readFile(fileOf(program, question), 'utf8')));
    const { path, size, modified } = await identityOf(program);
    const { program: then } = remembered;
    const isSame = then.path === path && then.size === size && then.modified === modified;
    return isSame ? remembered.answer : null;
  } catch {
    // Missing or damaged: query and write again.
    return null;
  }
}

/** Stores an answer, as JSON that matches the query's schema, for later runs. */
export async function remember(program: string, question: Question<unknown>, answer: unknown): Promise<void> {
  try {
    const document = { format: FORMAT, program: await identityOf(program), answer };
    await writeWholeFile(fileOf(program, question), JSON.stringify(document));
  } catch {
    // The folder is not writable, as in a read-only container: the next run queries again.
  }
}

/** Makes later runs query again. */
export async function forget(program: string, question: Question<unknown>): Promise<void> {
  // In a folder that is not writable, nothing was stored.
  await rm(fileOf(program, question), { force: true }).catch(() => undefined);
}

async function identityOf(path: string): Promise<z.infer<typeof programSchema>> {
  const { size, mtimeMs } = await stat(path);
  return { path, size, modified: mtimeMs };
}

/** One file per program: an update replaces it, and two programs never share one. */
function fileOf(program: string, { name }: Question<unknown>): string {
  const hash = createHash('sha256').update(program).digest('hex').slice(0, 16);
  return join(dataFolder(), `${name}-${hash}.json`);
}
