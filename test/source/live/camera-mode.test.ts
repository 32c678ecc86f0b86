import { describe, expect, test } from 'vitest';
import { chooseMode, modesOfFfmpeg, modesOfV4l2Ctl } from '../../../src/source/live/camera-mode.ts';

/** A laptop camera, as ffmpeg lists it. */
const FFMPEG = `[video4linux2,v4l2 @ 0x5581c2a0] Raw       :     yuyv422 :           YUYV 4:2:2 : 640x480 320x240 1280x720
[video4linux2,v4l2 @ 0x5581c2a0] Compressed:       mjpeg :          Motion-JPEG : 1280x720 640x480 1920x1080
[video4linux2,v4l2 @ 0x5581c2a0] Compressed: Unsupported :                H.265 : 1280x720
/dev/video0: Immediate exit requested`;

/** A capture card that takes any size. */
const STEPWISE = `[video4linux2,v4l2 @ 0x1] Raw       :        nv12 :                 NV12 : {32-4096, 2}x{32-2160, 2}`;

const V4L2_CTL = `ioctl: VIDIOC_ENUM_FMT
	Type: Video Capture

	[0]: 'YUYV' (YUYV 4:2:2)
		Size: Discrete 640x480
			Interval: Discrete 0.033s (30.000 fps)
			Interval: Discrete 0.067s (15.000 fps)
		Size: Discrete 1280x720
			Interval: Discrete 0.100s (10.000 fps)
	[1]: 'MJPG' (Motion-JPEG, compressed)
		Size: Discrete 1280x720
			Interval: Discrete 0.033s (30.000 fps)
	[2]: 'XYZ9' (Unknown)
		Size: Discrete 1280x720
			Interval: Discrete 0.033s (30.000 fps)
`;

const WANTED = { width: 1280, height: 720, rate: 30 };

describe('the listing of ffmpeg', () => {
  test('is read with every size', () => {
    const modes = modesOfFfmpeg(FFMPEG, WANTED);
    expect(modes).toContainEqual({
      format: 'yuyv422',
      isCompressed: false,
      width: 320,
      height: 240,
      rate: null,
    });
    expect(modes.filter(({ format }) => format === 'mjpeg')).toHaveLength(3);
  });

  test('that gives a range of sizes means the nearest to the wanted one', () => {
    expect(modesOfFfmpeg(STEPWISE, WANTED)).toMatchObject([{ format: 'nv12', width: 1280, height: 720 }]);
    const [odd] = modesOfFfmpeg(STEPWISE, { width: 10_000, height: 721, rate: 30 });
    expect(odd).toMatchObject({ width: 4096, height: 722 });
    expect(chooseMode([], WANTED)).toBeNull();
  });

  test('leads to MJPEG where raw pictures are more than the cable carries', () => {
    expect(chooseMode(modesOfFfmpeg(FFMPEG, WANTED), WANTED)).toMatchObject({
      format: 'mjpeg',
      width: 1280,
      height: 720,
    });
  });

  test('leads to raw pictures where they fit', () => {
    const small = { width: 640, height: 480, rate: 30 };
    expect(chooseMode(modesOfFfmpeg(FFMPEG, WANTED), small)).toMatchObject({ format: 'yuyv422', width: 640 });
  });
});

describe('the listing of v4l2-ctl', () => {
  test('is read with every rate, and formats that ffmpeg has no name for are left out', () => {
    const modes = modesOfV4l2Ctl(V4L2_CTL, WANTED);
    expect(modes.map(({ format, width, rate }) => [format, width, rate])).toEqual([
      ['yuyv422', 640, 30],
      ['yuyv422', 640, 15],
      ['yuyv422', 1280, 10],
      ['mjpeg', 1280, 30],
    ]);
  });

  test('that gives a range of sizes means the nearest to the wanted one', () => {
    const text = `	[0]: 'YU12' (Planar YUV 4:2:0)
		Size: Stepwise 64x64 - 1920x1080 with step 2/2
	[1]: 'GREY' (8-bit Greyscale)
		Size: Continuous 2x2 - 8192x8192
`;
    expect(modesOfV4l2Ctl(text, WANTED)).toMatchObject([
      { format: 'yuv420p', width: 1280, height: 720, rate: null },
      { format: 'gray', width: 1280, height: 720, rate: null },
    ]);
  });

  test('leads to the mode with the wanted rate', () => {
    expect(chooseMode(modesOfV4l2Ctl(V4L2_CTL, WANTED), WANTED)).toMatchObject({ format: 'mjpeg', rate: 30 });
  });

  test('leads to the smaller picture rather than to a slow one', () => {
    const raw = modesOfV4l2Ctl(V4L2_CTL, WANTED).filter(({ isCompressed }) => !isCompressed);
    expect(chooseMode(raw, WANTED)).toMatchObject({ width: 640, rate: 30 });
  });
});
