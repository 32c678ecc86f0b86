import { writeFile } from 'node:fs/promises';

/**
 * Writes an ffmpeg that reads videos no faster than they play, so that a run takes as long on every machine.
 *
 * @param ffmpeg path of the real program
 * @param path of the script, which needs a shell
 * @returns the script's path
 */
export async function pacedFfmpeg(ffmpeg: string, path: string): Promise<string> {
  const script = `#!/bin/sh\ncase "$*" in *.mp4*) exec '${ffmpeg}' -re "$@" ;; esac\nexec '${ffmpeg}' "$@"\n`;
  await writeFile(path, script, { mode: 0o755 });
  return path;
}
