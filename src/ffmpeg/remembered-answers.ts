import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWholeFile } from '../base/whole-file.ts';
import { dataFolder } from '../config/data-folder.ts';

/** A question to a program whose answer changes with the program alone. */
export interface Question<Answer> {
  /** Part of a file name. */
  readonly name: string;
  /** What the answer looks like in its file. */
  readonly schema: z.ZodType<Answer>;
}

const FORMAT = 'veil-program/1';

const programSchema = z.strictObject({ path: z.string(), size: z.number(), modified: z.number() });

/**
 * What this very program answered before: same path, size and time.
 *
 * @returns null where that is unknown or unreadable
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
    // Missing or damaged: asked and written again.
    return null;
  }
}

/** Keeps an answer, as JSON that the question's schema reads, for later runs. */
export async function remember(program: string, question: Question<unknown>, answer: unknown): Promise<void> {
  try {
    const document = { format: FORMAT, program: await identityOf(program), answer };
    await writeWholeFile(fileOf(program, question), JSON.stringify(document));
  } catch {
    // A folder that can't be written, as in a read-only container: the next run asks again.
  }
}

async function identityOf(path: string): Promise<z.infer<typeof programSchema>> {
  const { size, mtimeMs } = await stat(path);
  return { path, size, modified: mtimeMs };
}

/** One file for each program: an update replaces it, and two programs never share one. */
function fileOf(program: string, { name }: Question<unknown>): string {
  const hash = createHash('sha256').update(program).digest('hex').slice(0, 16);
  return join(dataFolder(), `${name}-${hash}.json`);
}
