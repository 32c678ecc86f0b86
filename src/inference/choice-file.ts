import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeWholeFile } from '../base/whole-file.ts';
import type { Logger } from '../logger.ts';

const choiceSchema = z.strictObject({
  /** Label of the fastest candidate. */
  winner: z.string(),
  /** Of each working candidate. */
  milliseconds: z.record(z.string(), z.number().positive()),
});

const fileSchema = z.strictObject({
  format: z.literal('veil-engine/1'),
  /** Machine and versions of the measurement. */
  machine: z.string(),
  choices: z.record(z.string(), choiceSchema),
});

export type Choice = z.infer<typeof choiceSchema>;
type File = z.infer<typeof fileSchema>;

/** The choice for this machine; undefined if there is none, or the file can't be read. */
export async function readChoice(
  path: string,
  machine: string,
  name: string,
  logger: Logger,
): Promise<Choice | undefined> {
  return (await readAll(path, machine, logger))?.choices[name];
}

/** Stores a choice beside the others. If that fails, the next run measures again. */
export async function writeChoice(
  path: string,
  machine: string,
  name: string,
  choice: Choice,
  logger: Logger,
): Promise<void> {
  const choices = { ...(await readAll(path, machine, logger))?.choices, [name]: choice };
  const file: File = { format: 'veil-engine/1', machine, choices };
  try {
    await writeWholeFile(path, `${JSON.stringify(file, null, 2)}\n`);
  } catch (error) {
    logger.debug(`The engine that was chosen can't be remembered in ${path}: ${String(error)}`);
  }
}

async function readAll(path: string, machine: string, logger: Logger): Promise<File | undefined> {
  try {
    const file = fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return file.machine === machine ? file : undefined;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) logger.debug(`${path} is not used: it can't be read.`);
    return undefined;
  }
}
