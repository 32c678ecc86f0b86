import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { groupPhoto } from '../../test/support/photo-clip.ts';

/** A file before it is damaged: faces, and sound where there is a container for it. */
export interface BaseFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-c:a', 'aac'];

/** How each kind is made. */
const VIDEOS: Readonly<Record<string, readonly string[]>> = {
  'a.mp4': H264,
  'fragments.mp4': [...H264, '-movflags', 'frag_keyframe+empty_moov'],
  'a.mov': [...H264, '-metadata', 'location=+52.5+013.4/'],
  'a.mkv': H264,
  'a.flv': H264,
  'a.ts': H264,
  'a.avi': ['-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'mp2'],
  'a.mpg': ['-c:v', 'mpeg2video', '-q:v', '3', '-c:a', 'mp2'],
  'a.webm': ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M', '-c:a', 'libopus'],
  'a.ogv': ['-c:v', 'libtheora', '-q:v', '9', '-c:a', 'libvorbis'],
  'a.wmv': ['-c:v', 'wmv2', '-q:v', '3', '-c:a', 'wmav2'],
  'a.h264': ['-c:v', 'libx264', '-preset', 'veryfast', '-an', '-f', 'h264'],
  'a.gif': ['-an'],
  'a.png': ['-an', '-f', 'apng'],
};

/** Milliseconds that making one may take on a busy machine. */
const TIME_LIMIT = 600_000;

const PHOTOS = ['jpeg', 'png', 'webp', 'tiff'] as const;

/**
 * Makes a small file of each kind that this ffmpeg can write.
 *
 * @param folder where they lie afterwards
 */
export async function makeBaseFiles(folder: string): Promise<BaseFile[]> {
  const { ffmpeg } = await findBinaries();
  const face = join(folder, 'face.png');
  await sharp(groupPhoto(3))
    .resize(640)
    .extract({ left: 120, top: 60, width: 256, height: 192 })
    .png()
    .toFile(face);
  const files: BaseFile[] = [];
  for (const [name, codecs] of Object.entries(VIDEOS)) {
    const path = join(folder, name);
    const picture = ['-loop', '1', '-framerate', '10', '-t', '0.8', '-i', face];
    const sound = ['-f', 'lavfi', '-t', '0.8', '-i', 'sine=440:r=48000'];
    const format = ['-vf', 'crop=240:176:t*8:t*8', '-pix_fmt', name === 'a.gif' ? 'rgb8' : 'yuv420p'];
    const args = [
      '-v',
      'error',
      '-y',
      ...picture,
      ...sound,
      ...(name === 'a.png' ? format.slice(0, 2) : format),
    ];
    const all = [...args, ...codecs, '-shortest', path];
    const { code } = await capture(ffmpeg.path, all, { timeoutMs: TIME_LIMIT });
    if (code === 0) files.push({ name, bytes: await readFile(path) });
  }
  for (const format of PHOTOS) {
    files.push({ name: `photo.${format}`, bytes: await sharp(face).toFormat(format).toBuffer() });
  }
  return files;
}
