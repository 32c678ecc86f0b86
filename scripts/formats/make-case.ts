import type { FormatCase, Workshop } from './format-case.ts';

export const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=2'];
/** It begins softly, as recordings do. */
export const TONE = ['-f', 'lavfi', '-i', "aevalsrc='min(t,1)*0.3*sin(2*PI*440*t)':s=48000:d=2"];
export const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-pix_fmt', 'yuv420p'];
export const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none'];
export const BT2020 = ['-color_primaries', 'bt2020', '-colorspace', 'bt2020nc', '-color_range', 'tv'];

/** A test picture and a tone, written with these options. */
export function plain(
  name: string,
  codec: string,
  options: readonly string[],
  rest: Partial<FormatCase> = {},
): FormatCase {
  return {
    ...{ name, codec, property: 'plain', test: 'e2e/anonymize-file.test.ts' },
    make: ({ ffmpeg }, path) => ffmpeg(...PICTURE, ...TONE, ...options, '-shortest', path),
    ...rest,
  };
}

/** A picture without sound, with something special about it. */
export function picture(
  property: string,
  name: string,
  codec: string,
  test: string,
  options: readonly string[],
  rest: Partial<FormatCase> = {},
): FormatCase {
  return {
    ...{ property, name, codec, test },
    make: ({ ffmpeg }, path) => ffmpeg(...PICTURE, ...options, path),
    ...rest,
  };
}

/** A file made from a plain one. */
export function derived(
  property: string,
  name: string,
  codec: string,
  test: string,
  make: (workshop: Workshop, base: string, path: string) => Promise<unknown>,
  rest: Partial<FormatCase> = {},
): FormatCase {
  return {
    ...{ property, name, codec, test },
    make: async (workshop, path) => {
      const base = workshop.at('base.mp4');
      await workshop.ffmpeg(
        ...PICTURE,
        ...TONE,
        ...H264,
        '-g',
        '100',
        '-c:a',
        'aac',
        '-movflags',
        '+faststart',
        base,
      );
      return make(workshop, base, path);
    },
    ...rest,
  };
}
