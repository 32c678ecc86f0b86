import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unreadable } from './input-error.ts';
import { looksLikeMedia } from './looks-like-media.ts';
import { isMedia, isOwnOutput } from './media-kinds.ts';

/** Content of a folder, including subfolders. */
export interface FolderContent {
  /** Paths of media files relative to the folder, sorted by name, files before folders. */
  readonly files: string[];
  /** Files and folders that could not be read, and the reasons. */
  readonly problems: { readonly path: string; readonly error: Error }[];
  /** Paths of files that are neither video nor photo. */
  readonly skipped: string[];
  /** Hidden videos and photos. */
  readonly hidden: string[];
  /** Videos and photos that Veil created, by their names. */
  readonly own: string[];
  /** Links to a folder that contains them. */
  readonly loops: string[];
}

/** Finds the media files of a folder. Skips hidden files and Veil's own outputs; follows links once. */
export async function walkFolder(folder: string): Promise<FolderContent> {
  const content: FolderContent = { files: [], problems: [], skipped: [], hidden: [], own: [], loops: [] };
  await visit(folder, '', [], content);
  return content;
}

async function visit(
  root: string,
  relative: string,
  ancestors: readonly string[],
  content: FolderContent,
): Promise<void> {
  const path = join(root, relative);
  let names: string[];
  try {
    const { dev, ino } = await stat(path);
    const identity = `${dev}:${ino}`;
    if (ancestors.includes(identity)) {
      content.loops.push(path);
      return;
    }
    ancestors = [...ancestors, identity];
    names = (await readdir(path)).sort();
  } catch (cause) {
    content.problems.push({ path, error: unreadable(path, cause) });
    return;
  }
  const folders: string[] = [];
  for (const name of names) {
    const entry = join(relative, name);
    if (name.startsWith('.') || isOwnOutput(name)) {
      // macOS stores metadata in files with this prefix; they contain no picture.
      if (isMedia(name) && !name.startsWith('._')) {
        content[isOwnOutput(name) ? 'own' : 'hidden'].push(join(root, entry));
      }
      continue;
    }
    try {
      const info = await stat(join(root, entry));
      if (info.isDirectory()) folders.push(entry);
      else if (info.isFile() && (await looksLikeMedia(join(root, entry)))) content.files.push(entry);
      else content.skipped.push(join(root, entry));
    } catch (cause) {
      content.problems.push({ path: join(root, entry), error: unreadable(join(root, entry), cause) });
    }
  }
  for (const entry of folders) await visit(root, entry, ancestors, content);
}
