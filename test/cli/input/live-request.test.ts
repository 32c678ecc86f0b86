import { describe, expect, test } from 'vitest';
import { liveRequest, type LiveFlags } from '../../../src/cli/input/live-request.ts';
import { cameraText, statusText, summaryText } from '../../../src/cli/report/live-text.ts';
import type { LiveStatus, LiveSummary } from '../../../src/frame/live-output.ts';
import { veil } from '../memory-io.ts';

const DEFAULTS: LiveFlags = { delay: '150', size: '1280x720', rate: '30' };
const request = (flags: Partial<LiveFlags>, source = 'test:') =>
  liveRequest(source, { ...DEFAULTS, ...flags }, 'linux');

describe('what veil live is asked', () => {
  test('is read with its defaults', () => {
    expect(request({})).toEqual({
      input: { kind: 'test' },
      microphone: null,
      wanted: { width: 1280, height: 720, rate: 30 },
      delay: 150,
      record: null,
      publish: [],
      virtualCamera: null,
      preview: null,
    });
  });

  test.each([
    ['4321', '127.0.0.1', 4321],
    ['localhost:0', 'localhost', 0],
    ['[::1]:80', '::1', 80],
  ])('--preview %s opens it on %s', (preview, host, port) => {
    expect(request({ preview }).preview).toEqual({ host, port, isExposed: false });
  });

  test.each([
    ['90', 90],
    ['90s', 90],
    ['10m', 600],
    ['1h', 3600],
  ])('--segment %s is %i seconds', (segment, seconds) => {
    expect(request({ record: 'a.mp4', segment }).record).toEqual({ path: 'a.mp4', segment: seconds });
  });

  test.each([
    [{ delay: '10' }, '--delay 10'],
    [{ delay: 'soon' }, '--delay soon'],
    [{ size: 'large' }, '--size large'],
    [{ rate: '0' }, '--rate 0'],
    [{ record: 'a.mp4', segment: 'often' }, '--segment often'],
    [{ segment: '10m' }, 'nothing is recorded'],
    [{ preview: '99999' }, 'not an address'],
    [{ preview: 'a b:1' }, 'not an address'],
    [{ expose: true as const }, '--expose'],
    [{ virtualCamera: '/etc/passwd' }, 'not a virtual camera'],
    [{ microphone: 'a b' }, 'not a microphone'],
    [{ publish: ['http://server/'] }, 'places to publish'],
  ])('is refused where it is wrong: %o', (flags, message) => {
    expect(() => request(flags)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) as string }),
    );
  });

  test.each([
    [['live'], 'No source was given'],
    [['live', 'film.mp4'], 'not a camera or stream'],
    [['live', 'test:', '--start', '5'], 'no meaning'],
    [['live', 'test:', '--microphone', 'hw:1', '--audio', 'drop'], 'leaves it out'],
    [['live', 'test:', '--record', 'a.txt'], 'does not write .txt'],
    [['live', 'test:', '--record', '--publish'], 'needs a value'],
  ])('is refused by the program too: %j', async (argv, message) => {
    const { code, err } = await veil(argv);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

test('the line of a run says first whether the picture is live', () => {
  const status: LiveStatus = {
    state: 'curtain',
    reason: 'late',
    sourceProblem: null,
    ...{ faces: 1, tracks: 3, fpsIn: 29.97, fpsOut: 30 },
    ...{
      latency: 151.4,
      delay: 150,
      frames: 200,
      curtained: 50,
      dropped: 2,
      overload: [],
      isRecording: true,
      canRecord: true,
    },
    settings: { style: 'blur', cells: 6, threshold: 0.2 },
  };
  expect(statusText(status)).toBe(
    'curtain  recording  1 face  30.0 in 30.0 out fps  151 ms  25.0 % curtain  2 dropped',
  );
});

test('the summary of a run says why frames were covered as a whole, what broke, and where everything is', () => {
  const summary: LiveSummary = {
    ...{ duration: 63.2, framesIn: 1900, frames: 1890, curtained: 189, dropped: 10, tracks: 1 },
    causes: { late: 170, panic: 19 },
    latency: { p50: 151, p95: 170 },
    ...{ sourceLosses: 2, detectorFailures: 1 },
    outputs: [
      { name: '/a/film.mp4', dropped: 0, failures: 0, files: ['/a/film.mp4'] },
      { name: 'b.mp4', dropped: 3, failures: 1, files: [1, 2, 3, 4, 5, 6].map((part) => `b-00${part}.mp4`) },
      { name: 'udp://host:1', dropped: 1, failures: 0, files: [] },
    ],
  };
  expect(summaryText(summary).split('\n')).toEqual([
    '1:03  1900 frames in, 1890 out, 10 dropped  1 face  151 ms (95 % within 170 ms)',
    'Covered as a whole: 10.0 % (detection was late 9.0 %, by hand 1.0 %).',
    'The source was lost 2 times. The detector failed once.',
    '/a/film.mp4',
    'b.mp4  6 files: b-001.mp4, …, b-005.mp4, b-006.mp4  3 frames dropped  failed once',
    'udp://host:1  1 frame dropped',
    '',
  ]);
});

test('a camera is listed with every size and its rates, and its name can not move the cursor', () => {
  const mode = { format: 'mjpeg', isCompressed: true, width: 1280, height: 720 };
  const camera = { device: '/dev/video0', name: 'Cam\u001b[2J', problem: null };
  expect(
    cameraText(camera, [
      { ...mode, rate: 30 },
      { ...mode, rate: 15 },
    ]),
  ).toBe('/dev/video0  Cam\\x1b[2J\n  mjpeg 1280x720 at 30, 15');
});
