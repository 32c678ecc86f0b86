import { readFile, rm, writeFile } from 'node:fs/promises';
import type { Binaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { groupPhoto } from './photo-clip.ts';

/** Start of the tone in {@link makeOriginal}, seconds. */
export const TONE_AT = 1;

/** Texts that must not appear in a file made from such an original. */
export const SECRETS = ['+52.5200', 'Secret', 'Jane Doe'];

/**
 * Makes two seconds of video with everything that a file can contain: two audio tracks with a tone from {@link TONE_AT}
 * on, a cover, subtitles, chapters, tags with a place and a name, and a timecode track in .mov and .mp4, an attachment
 * in .mkv.
 *
 * @param folder with space for the parts
 */
export async function makeOriginal(
  { ffmpeg }: Binaries,
  folder: string,
  name: string,
  audio: { readonly codecs: readonly [string, string]; readonly delay?: number },
): Promise<string> {
  const path = `${folder}/${name}`;
  const isMatroska = name.endsWith('.mkv');
  await writeFile(`${folder}/words.srt`, '1\n00:00:00,000 --> 00:00:01,500\nSecret words\n');
  await writeFile(
    `${folder}/tags.txt`,
    ';FFMETADATA1\ntitle=Secret title\nartist=Jane Doe\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=Secret chapter\n',
  );
  const tone = `aevalsrc='if(gte(t,${TONE_AT}),0.5*sin(2*PI*997*t),0)':d=2:s=48000`;
  const { code, stderr } = await capture(ffmpeg.path, [
    ...['-v', 'error', '-y'],
    ...['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=30000/1001:d=2'],
    ...['-f', 'lavfi', '-i', tone],
    ...['-itsoffset', String(audio.delay ?? 0), '-f', 'lavfi', '-i', tone],
    ...['-i', groupPhoto(1), '-i', `${folder}/words.srt`, '-i', `${folder}/tags.txt`],
    ...['-map', '0', '-map', '1', '-map', '2', '-map', '4', ...(isMatroska ? [] : ['-map', '3'])],
    ...(isMatroska ? ['-attach', groupPhoto(1), '-metadata:s:t', 'mimetype=image/jpeg'] : []),
    ...['-map_metadata', '5', '-map_chapters', '5'],
    ...['-c:v:0', 'libx264', '-preset', 'ultrafast', '-c:v:1', 'mjpeg', '-filter:v:1', 'scale=32:-2'],
    ...['-disposition:v:1', 'attached_pic', '-timecode', '01:00:00:00'],
    ...['-c:a:0', audio.codecs[0], '-c:a:1', audio.codecs[1], '-c:s', isMatroska ? 'srt' : 'mov_text'],
    // Otherwise AAC packets, which are copied, contain the name of this encoder.
    ...['-flags:a', '+bitexact'],
    ...['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=fra'],
    ...['-metadata:s:a:0', 'handler_name=Secret microphone', '-metadata:s:v:0', 'handler_name=Secret camera'],
    ...['-metadata:s:a:0', 'title=Secret track', '-metadata', 'creation_time=2021-03-04T05:06:07Z'],
    ...['-metadata', 'location=+52.5200+013.4050/', '-metadata', 'comment=Secret comment: +52.5200'],
    ...['-disposition:a:0', '0', '-disposition:a:1', 'default'],
    path,
  ]);
  if (code !== 0) throw new Error(stderr);
  return path;
}

/** Start of the tone in one audio track, as a player hears it, seconds. */
export async function toneStart(path: string, track: number, { ffmpeg }: Binaries): Promise<number> {
  const rate = 16_000;
  const fill = `aresample=${rate}:async=1:min_hard_comp=0.001:first_pts=0,aformat=channel_layouts=mono`;
  const raw = `${path}.${track}.pcm`;
  const args = ['-v', 'error', '-y', '-i', `file:${path}`, '-map', `0:a:${track}`, '-af', fill];
  const { code, stderr } = await capture(ffmpeg.path, [...args, '-f', 's16le', raw]);
  if (code !== 0) throw new Error(stderr);
  const bytes = await readFile(raw);
  await rm(raw);
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const first = samples.findIndex((sample) => Math.abs(sample) > 3000);
  if (first < 0) throw new Error('There is no tone.');
  return first / rate;
}
