import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import { z } from 'zod';
import { dataFolder } from '../config/data-folder.ts';
import type { FfmpegFeatures } from './features.ts';

const names = z.array(z.string()).transform((list): ReadonlySet<string> => new Set(list));

const fileSchema = z.strictObject({
  format: z.literal('veil-ffmpeg/1'),
  program: z.strictObject({ path: z.string(), size: z.number(), modified: z.number() }),
  features: z.strictObject({
    filters: names,
    encoders: names,
    fpsMode: z.boolean(),
    initialBurst: z.boolean(),
    packetDurations: z.boolean(),
    movieTimescale: z.boolean(),
    colorParams: z.boolean(),
    svtCrf: z.boolean(),
  }),
});

/** What this very program answered before: same path, size and time. Null where that is unknown or unreadable. */
export async function recall(ffmpeg: string): Promise<FfmpegFeatures | null> {
  try {
    const text = await readFile(fileOf(ffmpeg), 'utf8');
    const { program, features } = fileSchema.parse(JSON.parse(text));
    const { path, size, modified } = await identityOf(ffmpeg);
    const isSame = program.path === path && program.size === size && program.modified === modified;
    return isSame ? features : null;
  } catch {
    // Missing or damaged: asked and written again.
    return null;
  }
}

/** Writes the answer under a name of its own first, so that runs at the same time read one or the other, whole. */
export async function remember(ffmpeg: string, features: FfmpegFeatures): Promise<void> {
  const file = fileOf(ffmpeg);
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const program = await identityOf(ffmpeg);
    const lists = { filters: [...features.filters], encoders: [...features.encoders] };
    const document = { format: 'veil-ffmpeg/1', program, features: { ...features, ...lists } };
    await makeFolder(dataFolder());
    await writeFile(temporary, JSON.stringify(document), { flag: 'wx' });
    await rename(temporary, file);
  } catch {
    // A folder that can't be written, as in a read-only container: the next run asks again.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function identityOf(path: string): Promise<{ path: string; size: number; modified: number }> {
  const { size, mtimeMs } = await stat(path);
  return { path, size, modified: mtimeMs };
}

/** One file for each program: an update replaces it, and two programs never share one. */
function fileOf(ffmpeg: string): string {
  const name = createHash('sha256').update(ffmpeg).digest('hex').slice(0, 16);
  return join(dataFolder(), `ffmpeg-${name}.json`);
}
