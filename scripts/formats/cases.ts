import { readFile, writeFile } from 'node:fs/promises';
import { DAMAGE_CASES } from './damage-cases.ts';
import { turned } from './damage.ts';
import type { FormatCase } from './format-case.ts';
import { BT2020, derived, H264, HEVC, picture, plain } from './make-case.ts';
import { PHOTO_CASES } from './photo-cases.ts';

const PARTS = 'e2e/part-of-file.test.ts';
const SHAPES = 'e2e/odd-shapes.test.ts';
const PICTURES = 'e2e/pictures.test.ts';
const TEN = 'e2e/ten-bits.test.ts';
const HDR = 'e2e/hdr.test.ts';
const ALPHA = 'e2e/transparent.test.ts';
const REFUSED = 'source/refused-video.test.ts';
const SYNC = 'sink/file/in-sync.test.ts';
const SEVERAL = 'e2e/several-videos.test.ts';

/** Every kind of file that the table shows, in its order. */
export const CASES: readonly FormatCase[] = [
  plain('a.mp4', 'h264, aac', [...H264, '-c:a', 'aac']),
  plain('a.mov', 'h264, pcm', [...H264, '-c:a', 'pcm_s16le']),
  plain('a.mkv', 'h264, opus', [...H264, '-c:a', 'libopus'], { to: 'mkv' }),
  plain('a.mkv', 'h264, opus', [...H264, '-c:a', 'libopus'], { property: 'plain, to .mp4' }),
  plain(
    'a.webm',
    'vp9, opus',
    ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'],
    { to: 'webm', test: SYNC },
  ),
  plain('a.webm', 'vp8, vorbis', ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libvorbis'], {
    to: 'webm',
  }),
  plain('a.mp4', 'av1, aac', ['-c:v', 'libsvtav1', '-preset', '12', '-pix_fmt', 'yuv420p', '-c:a', 'aac'], {
    test: TEN,
  }),
  plain('a.avi', 'mpeg4, mp3', ['-c:v', 'mpeg4', '-c:a', 'libmp3lame']),
  plain('a.flv', 'h264, aac', [...H264, '-c:a', 'aac'], { test: 'e2e/cut-off.test.ts' }),
  plain('a.ts', 'h264, aac', [...H264, '-c:a', 'aac'], { test: SYNC }),
  plain('a.mpg', 'mpeg2, mp2', ['-c:v', 'mpeg2video', '-c:a', 'mp2'], { test: SYNC }),
  plain('a.wmv', 'wmv2, wma', ['-c:v', 'wmv2', '-c:a', 'wmav2'], { test: 'scripts/fuzz.test.ts' }),
  plain('a.ogv', 'theora, vorbis', ['-c:v', 'libtheora', '-c:a', 'libvorbis'], {
    test: 'e2e/cut-off.test.ts',
  }),
  picture('plain', 'a.h264', 'h264', 'scripts/fuzz.test.ts', H264),
  picture('plain', 'a.mov', 'prores 4:2:2', TEN, ['-c:v', 'prores_ks']),
  picture('plain', 'a.gif', 'gif', PICTURES, []),
  picture('animation called .png', 'a.png', 'apng', PICTURES, ['-f', 'apng'], { to: 'mp4' }),
  picture('a picture of odd size', 'odd.mp4', 'h264 4:4:4', 'e2e/anonymize-file.test.ts', [
    '-vf',
    'format=yuv444p,crop=159:119:exact=1',
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv444p',
  ]),
  picture('interlaced', 'interlaced.mp4', 'h264', 'source/file/decode-args.test.ts', [
    '-vf',
    'setfield=tff',
    ...H264,
    '-flags',
    '+ilme+ildct',
    '-x264opts',
    'tff=1',
  ]),
  picture('full range', 'full.mp4', 'h264', HDR, [
    '-vf',
    'scale=out_range=pc',
    '-pix_fmt',
    'yuvj420p',
    '-c:v',
    'libx264',
  ]),
  picture('10 bits', 'ten.mp4', 'hevc', TEN, [...HEVC, '-pix_fmt', 'yuv420p10le']),
  picture('10 bits', 'ten.mp4', 'hevc', TEN, [...HEVC, '-pix_fmt', 'yuv420p10le'], { as: 'h265' }),
  picture('10 bits', 'ten.mkv', 'hevc', TEN, [...HEVC, '-pix_fmt', 'yuv420p10le'], { as: 'av1', to: 'mkv' }),
  picture('10 bits', 'ten.mkv', 'hevc', TEN, [...HEVC, '-pix_fmt', 'yuv420p10le'], { to: 'webm' }),
  picture('HDR (HLG)', 'hlg.mp4', 'hevc', HDR, [
    ...HEVC,
    '-pix_fmt',
    'yuv420p10le',
    ...BT2020,
    '-color_trc',
    'arib-std-b67',
  ]),
  picture(
    'HDR (PQ)',
    'pq.mp4',
    'hevc',
    HDR,
    [...HEVC, '-pix_fmt', 'yuv420p10le', ...BT2020, '-color_trc', 'smpte2084'],
    { to: 'webm' },
  ),
  picture('transparency', 'clear.mov', 'qtrle', ALPHA, ['-vf', 'format=argb', '-c:v', 'qtrle']),
  picture(
    'transparency',
    'clear.webm',
    'vp9',
    ALPHA,
    ['-vf', 'format=yuva420p', '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'],
    { to: 'webm' },
  ),
  picture('pixels of 6:1', 'wide.mp4', 'h264', SHAPES, ['-vf', 'setsar=6/1', ...H264]),
  derived(
    'turned by 90°',
    'turned.mov',
    'h264, aac',
    'source/file/ffmpeg-source.test.ts',
    ({ ffmpeg }, base, path) =>
      ffmpeg('-display_rotation', '90', '-i', base, '-c', 'copy', path).catch(() =>
        ffmpeg('-i', base, '-c', 'copy', '-metadata:s:v', 'rotate=270', path),
      ),
  ),
  derived('turned by 45°', 'turned.mp4', 'h264, aac', SHAPES, turned),
  derived(
    'trimmed by an edit list',
    'trimmed.mp4',
    'h264, aac',
    'e2e/hidden-sound.test.ts',
    ({ ffmpeg }, base, path) => ffmpeg('-ss', '1.2', '-i', base, '-c', 'copy', path),
  ),
  derived('picture later than the sound', 'later.mp4', 'h264, aac', PARTS, ({ ffmpeg }, base, path) =>
    ffmpeg('-itsoffset', '0.4', '-i', base, '-i', base, '-map', '0:v', '-map', '1:a', '-c', 'copy', path),
  ),
  derived('sound later than the picture', 'later.ts', 'h264, aac', SYNC, ({ ffmpeg }, base, path) =>
    ffmpeg('-i', base, '-itsoffset', '0.4', '-i', base, '-map', '0:v', '-map', '1:a', '-c', 'copy', path),
  ),
  derived(
    'a thumbnail stream first',
    'thumb.mov',
    'mjpeg, h264, aac',
    SEVERAL,
    async ({ ffmpeg, at }, base, path) => {
      await ffmpeg('-i', base, '-frames:v', '1', at('cover.jpg'));
      await ffmpeg('-i', base, '-i', at('cover.jpg'), '-map', '1:v', '-map', '0', '-c', 'copy', path);
    },
  ),
  derived('two cameras', 'two.mkv', 'h264, h264', SEVERAL, ({ ffmpeg }, base, path) =>
    ffmpeg('-i', base, '-i', base, '-map', '0:v', '-map', '1:v', '-c', 'copy', path),
  ),
  derived(
    'subtitles and chapters',
    'rich.mkv',
    'h264, aac, srt',
    SEVERAL,
    async ({ ffmpeg, at }, base, path) => {
      await writeFile(at('a.srt'), '1\n00:00:00,000 --> 00:00:01,000\nname\n');
      await writeFile(at('meta.txt'), ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle=one\n');
      await ffmpeg(
        '-i',
        base,
        '-i',
        at('a.srt'),
        '-i',
        at('meta.txt'),
        '-map',
        '0',
        '-map',
        '1',
        '-map_chapters',
        '2',
        '-c',
        'copy',
        path,
      );
    },
  ),
  derived('variable frame rate', 'vfr.mkv', 'h264', 'e2e/anonymize-file.test.ts', ({ ffmpeg }, base, path) =>
    ffmpeg('-i', base, '-vf', "select='not(eq(mod(n,5),2))'", '-vsync', 'passthrough', ...H264, '-an', path),
  ),
  derived(
    'a clock that jumps',
    'jump.ts',
    'h264, aac',
    'e2e/clock-jumps.test.ts',
    async ({ ffmpeg, at }, base, path) => {
      await ffmpeg('-i', base, '-c', 'copy', at('one.ts'));
      await ffmpeg('-i', base, '-c', 'copy', '-output_ts_offset', '9000', at('two.ts'));
      await writeFile(path, Buffer.concat([await readFile(at('one.ts')), await readFile(at('two.ts'))]));
    },
  ),
  derived(
    'a size that changes',
    'change.ts',
    'h264',
    'source/file/changing-shape.test.ts',
    async ({ ffmpeg, at }, base, path) => {
      await ffmpeg('-i', base, '-an', ...H264, at('one.ts'));
      await ffmpeg(
        '-i',
        base,
        '-an',
        '-vf',
        'scale=120:160',
        ...H264,
        '-output_ts_offset',
        '2.2',
        at('two.ts'),
      );
      await writeFile(path, Buffer.concat([await readFile(at('one.ts')), await readFile(at('two.ts'))]));
    },
  ),
  ...DAMAGE_CASES,
  derived('sound alone', 'sound.m4a', 'aac', REFUSED, ({ ffmpeg }, base, path) =>
    ffmpeg('-i', base, '-vn', '-c', 'copy', path),
  ),
  derived('a playlist', 'list.m3u8', 'h264', REFUSED, ({ ffmpeg }, base, path) =>
    ffmpeg('-i', base, '-c', 'copy', '-f', 'hls', path),
  ),
  picture('too small', 'small.mkv', 'ffv1', REFUSED, ['-vf', 'scale=8:8', '-c:v', 'ffv1']),
  picture('too large', 'large.mkv', 'ffv1', REFUSED, [
    '-vf',
    'scale=16384:16',
    '-frames:v',
    '2',
    '-c:v',
    'ffv1',
  ]),
  ...PHOTO_CASES,
  derived(
    'a name that is a pattern',
    'f%03d.mp4',
    'h264, aac',
    'e2e/other-files.test.ts',
    async (_, base, path) => writeFile(path, await readFile(base)),
  ),
];
