import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { configSchema } from '../../src/config/schema.ts';
import { silentLogger } from '../../src/logger.ts';
import { openFolder, type OpenFolder } from '../../src/review/open-folder.ts';
import { writeReviewTracks } from './review-page.ts';

/** Content of a file, by its name. */
export type Kind = 'three doubts' | 'reviewed' | 'broken' | 'no tracks';

/**
 * Makes a folder of copies of a clip.
 *
 * @param source result of `makeReviewClip`
 * @param at path of a file below the folder
 * @param kinds by names of the clips, without extension
 */
export async function makeFolder(
  source: string,
  at: (name: string) => string,
  kinds: Readonly<Record<string, Kind>>,
): Promise<void> {
  const made = `${source}.tracks.json`;
  for (const [name, kind] of Object.entries(kinds)) {
    const tracks = at(`${name}.veil.tracks.json`);
    await mkdir(dirname(tracks), { recursive: true });
    await copyFile(source, at(`${name}.mp4`));
    if (kind === 'no tracks') continue;
    if ((await stat(made).catch(() => null)) === null) await writeReviewTracks(made, source);
    await copyFile(made, tracks);
    if (kind === 'broken') await writeFile(tracks, '{');
    if (kind === 'reviewed') await reviewAll(tracks);
  }
}

async function reviewAll(tracks: string): Promise<void> {
  const document = JSON.parse(await readFile(tracks, 'utf8')) as { readonly uncertain: readonly object[] };
  const uncertain = document.uncertain.map((span) => ({ ...span, reviewed: true }));
  await writeFile(tracks, JSON.stringify({ ...document, format: 'veil-tracks/2', uncertain }));
}

/** Opens the review of the clips of {@link makeFolder}. */
export function openTestFolder(
  at: (name: string) => string,
  names: readonly string[],
  idleMs = 600_000,
): Promise<OpenFolder> {
  return openFolder({
    ...{ name: 'in', problems: [], by: 'Ada', port: 0, idleMs, logger: silentLogger },
    files: names.map((name) => ({
      name: `${name}.mp4`,
      input: at(`${name}.mp4`),
      tracks: at(`${name}.veil.tracks.json`),
      output: at(`${name}.veil.mp4`),
      reportPath: at(`${name}.veil.report.json`),
    })),
    config: configSchema.parse({
      ...{ anonymizer: 'cpu', look: { sizes: [320] } },
      video: { preset: 'ultrafast' },
    }),
    signal: new AbortController().signal,
  });
}
