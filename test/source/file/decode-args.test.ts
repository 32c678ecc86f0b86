import { describe, expect, test } from 'vitest';
import type { VideoStream } from '../../../src/ffmpeg/probe.ts';
import {
  decodeArgs,
  decodeGraph,
  pictureSizes,
  planPictures,
  type DecodeOptions,
} from '../../../src/source/file/decode-args.ts';

const color = { range: 'tv', space: 'bt709', primaries: null, transfer: null };
const video: VideoStream = {
  ...{
    index: 2,
    codec: 'h264',
    width: 1920,
    height: 1080,
    rotation: 0,
    crop: null,
    projection: null,
    views: null,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
  },
  ...{
    tick: { num: 1, den: 90_000 },
    timeBase: { num: 1, den: 90_000 },
    frameRate: { num: 25, den: 1 },
    sampleAspectRatio: { num: 1, den: 1 },
  },
  ...{
    color,
    fieldOrder: 'progressive',
    frameCount: null,
    duration: 4,
    startTime: 0,
    dolbyVision: null,
    tags: {},
  },
};
const options: DecodeOptions = {
  path: '/in/-a:b.mp4',
  video,
  shown: { width: 1920, height: 1080, aspect: { num: 1, den: 1 } },
  color: {
    input: [],
    filters: [],
    frameFilters: [],
    pictureFilters: [],
    format: 'yuv420p',
    color,
    notes: [],
  },
  part: { args: [], origin: 0, end: null },
  lookInterval: 3,
  pictures: [
    { width: 1024, height: 576, side: 1024, shape: 'shown' },
    { width: 512, height: 288, side: 512, shape: 'stored' },
  ],
  fpsMode: true,
};

describe('the arguments of the decoder', () => {
  test('send full frames to fd 1 and each small picture to one of its own', () => {
    const args = decodeArgs(options);
    expect(args.filter((arg) => arg.startsWith('pipe:'))).toEqual(['pipe:1', 'pipe:3', 'pipe:4']);
    expect(args.filter((arg) => /^\[(full|p\d)\]$/.test(arg))).toEqual(['[full]', '[p0]', '[p1]']);
  });

  test('read one file, by a name that cannot be read as anything else, from start to end', () => {
    const text = decodeArgs({ ...options, part: { args: ['-ss', '1.500000'], origin: 0, end: 2.5 } }).join(
      ' ',
    );
    expect(text).toContain('-protocol_whitelist file -ss 1.500000 -i file:/in/-a:b.mp4 ');
    expect(text).toContain('[0:2]settb=1/90000,trim=end=2.500000,');
  });

  test('keep the time of every frame, in the words of old builds too', () => {
    expect(decodeArgs(options).join(' ')).toContain('-fps_mode passthrough -enc_time_base 1/90000');
    const old = decodeArgs({ ...options, fpsMode: false }).join(' ');
    expect(old).toContain('-vsync passthrough');
    expect(old).not.toContain('-fps_mode');
  });
});

describe('the filter graph', () => {
  test('takes the stream that was chosen, and every third frame for looks', () => {
    const graph = decodeGraph(options);
    expect(graph).toMatch(/^\[0:2\]/);
    expect(graph).toContain('split=2[');
    expect(graph).toContain("select='not(mod(n,3))',split=2[s0][s1]");
  });

  test('has nothing of looks where there are none', () => {
    const graph = decodeGraph({ ...options, pictures: [] });
    expect(graph).toMatch(/\[full\]$/);
    expect(graph).not.toContain('split');
  });

  test('deinterlaces what is marked as interlaced, before colours are converted', () => {
    const interlaced = { ...video, fieldOrder: 'tt' };
    const converted = { ...options.color, filters: ['scale=out_range=tv'] };
    const graph = decodeGraph({ ...options, video: interlaced, color: converted, pictures: [] });
    expect(graph).toContain('[0:2]bwdif=mode=send_frame:deint=interlaced,scale=out_range=tv,');
    expect(decodeGraph(options)).not.toContain('bwdif');
  });
});

describe('sizes of pictures for looks', () => {
  test('are largest first, in the shape that is shown, and at most twice the frame', () => {
    const frame = { width: 720, height: 576, aspect: 16 / 11 };
    expect(pictureSizes(frame, [512, 4096])).toEqual([
      { width: 2095, height: 1152 },
      { width: 512, height: 282 },
    ]);
  });

  test('of one size come once, and a thin frame keeps at least a pixel', () => {
    expect(pictureSizes({ width: 100, height: 50, aspect: 1 }, [900, 1000])).toHaveLength(1);
    expect(pictureSizes({ width: 4000, height: 2, aspect: 1 }, [64])).toEqual([{ width: 64, height: 1 }]);
  });

  test('come in both shapes where the shape of the pixels is doubtful', () => {
    const frame = { width: 640, height: 360 };
    const shapes = (num: number) =>
      planPictures({ ...frame, aspect: { num, den: 1 } }, [512]).map(({ shape }) => shape);
    expect(shapes(1)).toEqual(['shown']);
    expect(shapes(8)).toEqual(['shown', 'stored']);
  });
});
