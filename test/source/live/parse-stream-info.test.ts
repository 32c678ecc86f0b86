import { describe, expect, test } from 'vitest';
import { parseStreamInfo, isHdr, liveColor } from '../../../src/source/live/parse-stream-info.ts';

const UNKNOWN = { range: null, space: null, primaries: null, transfer: null };

describe('the line of ffmpeg about its picture', () => {
  test.each([
    [
      '[info]   Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(tv, bt709, progressive), 1280x720 [SAR 1:1 DAR 16:9], 25 fps',
      'yuv420p',
      { range: 'tv', space: 'bt709', primaries: 'bt709', transfer: 'bt709' },
    ],
    [
      '[info]   Stream #0:0: Video: mjpeg (Baseline) (MJPG / 0x47504A4D), yuvj422p(pc, bt470bg/unknown/unknown), 1280x720 [SAR 1:1 DAR 16:9], 25 fps',
      'yuvj422p',
      { ...UNKNOWN, range: 'pc', space: 'bt470bg' },
    ],
    [
      '[info]     Stream #0:1(und): Video: hevc (Main 10), yuv420p10le(tv, bt2020nc/bt2020/smpte2084, progressive), 1280x720',
      'yuv420p10le',
      { range: 'tv', space: 'bt2020nc', primaries: 'bt2020', transfer: 'smpte2084' },
    ],
    ['[info]   Stream #0:0: Video: h264 (High), yuv420p(top first), 720x576, 25 fps', 'yuv420p', UNKNOWN],
    [
      '[info]   Stream #0:0: Video: rawvideo (YUY2 / 0x32595559), yuyv422, 640x480, 147456 kb/s, 30 fps',
      'yuyv422',
      UNKNOWN,
    ],
  ])('%s', (line, pixelFormat, color) => {
    expect(parseStreamInfo(line)).toMatchObject({ pixelFormat, color });
  });

  test('tells the shape of its pixels, of the container where that has another', () => {
    const line =
      '[info]   Stream #0:0: Video: h264, yuv420p(progressive), 640x360 [SAR 1:1 DAR 16:9], SAR 6:1 DAR 32:3, 25 fps';
    expect(parseStreamInfo(line)?.pixelShape).toEqual({ num: 6, den: 1 });
    expect(parseStreamInfo('Stream #0:0: Video: h264, yuv420p, 640x360, 25 fps')?.pixelShape).toBeNull();
  });

  test.each([
    '[info]   Stream #0:1: Audio: aac (LC), 48000 Hz, stereo, fltp',
    '[info]   Stream #0:0 -> #0:0 (rawvideo (native) -> rawvideo (native))',
    "[info] Input #0, lavfi, from 'testsrc2':",
    '[error] Video: none',
  ])('is not: %s', (line) => {
    expect(parseStreamInfo(line)).toBeNull();
  });
});

test('frames are of limited range and of the matrix of their source, and RGB becomes BT.601', () => {
  const jpeg = { pixelFormat: 'yuvj422p', color: { ...UNKNOWN, range: 'pc', space: 'bt470bg' } };
  expect(liveColor(jpeg)).toEqual({ ...UNKNOWN, range: 'tv', space: 'bt470bg' });
  expect(liveColor({ pixelFormat: 'bgr0', color: UNKNOWN })).toMatchObject({
    range: 'tv',
    space: 'smpte170m',
  });
  expect(liveColor(null)).toEqual({ ...UNKNOWN, range: 'tv' });
});

test('HDR is known by its transfer', () => {
  const of = (transfer: string | null) =>
    isHdr({ pixelFormat: 'yuv420p10le', color: { ...UNKNOWN, transfer } });
  expect([of('smpte2084'), of('arib-std-b67'), of('bt709'), of(null)]).toEqual([true, true, false, false]);
});
