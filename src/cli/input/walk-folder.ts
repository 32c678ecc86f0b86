import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unreadable } from './input-error.ts';
import { looksLikeMedia } from './looks-like-media.ts';
import { isOwnOutput } from './media-kinds.ts';

/** What a folder holds, all levels together. */
export interface FolderContent {
  /** Paths of media files relative to the folder, sorted by name, files before folders. */
  readonly files: string[];
  /** Files and folders that could not be read, and why. */
  readonly problems: { readonly path: string; readonly error: Error }[];
  /** Files that are neither video nor photo, by path. */
  readonly skipped: string[];
  /** Links that lead back to a folder they lie in. */
  readonly loops: string[];
}

/** Finds the media files of a folder. Hidden files and Veil's own outputs are left out; links are followed once. */
export async function walkFolder(folder: string): Promise<FolderContent> {
  const content: FolderContent = { files: [], problems: [], skipped: [], loops: [] };
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
    if (name.startsWith('.') || isOwnOutput(name)) continue;
    const entry = join(relative, name);
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
