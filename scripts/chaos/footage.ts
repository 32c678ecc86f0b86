import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makePhotoClip } from '../../test/support/photo-clip.ts';

const exec = promisify(execFile);

/** A file of the queue. */
export interface ChaosFile {
  readonly name: string;
  /** The clip that it is a copy of. */
  readonly clip: string;
  /** In S3-type storage instead of the shared folder. */
  readonly isStored: boolean;
}

/** Different clips, and a file that is worked on in parts. */
const KINDS = ['a.mp4', 'b.mp4', 'c.mp4'];
const LONG = 'long.mp4';

/** Makes clips of a few kinds, and says which copies of them make up the queue. */
export async function makeFootage(
  ffmpeg: string,
  folder: string,
  { files, long }: { readonly files: number; readonly long: number },
): Promise<{ readonly kinds: readonly string[]; readonly files: readonly ChaosFile[] }> {
  for (const [index, name] of KINDS.entries()) {
    const options = { seconds: 3 + index, size: '320:180', sound: index > 0 };
    await makePhotoClip(ffmpeg, join(folder, name), options);
  }
  const loop = ['-stream_loop', '-1', '-i', join(folder, KINDS.at(-1)!), '-t', `${long}`, '-c', 'copy'];
  await exec(ffmpeg, ['-v', 'error', ...loop, join(folder, LONG)]);
  const copies = Array.from({ length: files }, (_, index) => ({
    name: `${String(index).padStart(3, '0')}.mp4`,
    clip: KINDS[index % KINDS.length]!,
    isStored: index % 2 === 1,
  }));
  return { kinds: [...KINDS, LONG], files: [...copies, { name: LONG, clip: LONG, isStored: false }] };
}
