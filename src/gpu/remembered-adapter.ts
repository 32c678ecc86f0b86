import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWholeFile } from '../base/whole-file.ts';
import { dataFolder } from '../config/data-folder.ts';
import { driverState } from './driver.ts';
import { inspectAdapter, type AdapterFacts } from './inspect-adapter.ts';

const fileSchema = z.strictObject({
  format: z.literal('veil-gpu/1'),
  /** State of the driver at the time of the query. */
  state: z.string(),
  adapter: z.strictObject({ name: z.string(), isFallback: z.boolean() }).nullable(),
});

/**
 * Result of {@link inspectAdapter}, queried once per state of the driver: starting Dawn takes longer than the rest of a
 * start. A driver that crashes is queried each time.
 *
 * @throws VeilError GPU_UNAVAILABLE
 */
export async function adapterFacts(
  inspect: () => Promise<AdapterFacts | null> = inspectAdapter,
): Promise<AdapterFacts | null> {
  const state = await driverState();
  const remembered = state === null ? undefined : await recall(state);
  if (remembered !== undefined) return remembered;
  const adapter = await inspect();
  if (state !== null) await remember({ format: 'veil-gpu/1', state, adapter });
  return adapter;
}

async function recall(state: string): Promise<AdapterFacts | null | undefined> {
  try {
    const file = fileSchema.parse(JSON.parse(await readFile(path(), 'utf8')));
    return file.state === state ? file.adapter : undefined;
  } catch {
    // Missing or damaged: query and write again.
    return undefined;
  }
}

async function remember(file: z.infer<typeof fileSchema>): Promise<void> {
  try {
    await writeWholeFile(path(), JSON.stringify(file));
  } catch {
    // The folder is not writable, as in a read-only container: the next run queries again.
  }
}

function path(): string {
  return join(dataFolder(), 'gpu.json');
}
