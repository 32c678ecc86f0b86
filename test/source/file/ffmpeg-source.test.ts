import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { capture } from '../../../src/ffmpeg/process.ts';
import { ffmpegBuilds } from '../../support/ffmpeg-builds.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { decodeVideo, makeVideo } from '../../support/video-source.ts';

const at = temporaryFolder();
const builds = await ffmpegBuilds();
const found = Object.values(builds)[0]!;

/** Makes a file with the ffmpeg that was found. */
const make = (name: string, graph: string, ...args: string[]): Promise<string> =>
  makeVideo(found, at(name), graph, ...args);

/** Left half red, right half blue, to show rotation. */
const TWO_HALVES = 'color=red:s=32x48:r=25:d=1[a];color=blue:s=32x48:r=25:d=1[b];[a][b]hstack';

/** Times according to ffprobe, seconds from the first, in order. */
async function timesOf(path: string): Promise<number[]> {
  const { stdout } = await capture(found.ffprobe.path, [
    ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path],
  ]);
  const times = stdout.trim().split('\n').map(Number.parseFloat);
  return times.sort((a, b) => a - b).map((time) => time - times[0]!);
}

describe.each(Object.entries(builds))('with %s', (_, binaries) => {
  test.each(['30000/1001', '50', '24', '25'])(
    '%s frames a second have exactly the times of the file',
    async (rate) => {
      const path = await make(`rate-${rate.replace('/', '-')}.mp4`, `testsrc=s=64x48:r=${rate}:d=2`);
      const [, frames] = await decodeVideo(path, binaries);
      const expected = await timesOf(path);
      expect(frames).toHaveLength(expected.length);
      for (const [index, { frame }] of frames.entries()) expect(frame.time).toBeCloseTo(expected[index]!, 5);
    },
  );

  test('a variable frame rate keeps every time', async () => {
    // As phones do: the exposure changes, frames come late, one is missing.
    const uneven = `testsrc=s=64x48:r=30:d=3,settb=1/90000,select='not(eq(n,20))',setpts='PTS+if(gt(mod(N,7),3),0.011,0)/TB+mod(N,3)*0.002/TB'`;
    const path = await make(
      'vfr.mkv',
      uneven,
      '-vsync',
      'passthrough',
      '-enc_time_base',
      '1/1000',
      '-bf',
      '0',
    );
    const [, frames] = await decodeVideo(path, binaries);
    const expected = await timesOf(path);
    expect(frames).toHaveLength(expected.length);
    for (const [index, { frame }] of frames.entries()) expect(frame.time).toBeCloseTo(expected[index]!, 4);
    expect(
      new Set(frames.slice(1).map(({ frame }, i) => Math.round((frame.time - frames[i]!.frame.time) * 1000)))
        .size,
    ).toBeGreaterThan(2);
  });

  test('every n-th frame brings its own pictures, largest first', async () => {
    // Luma counts the frames.
    const path = await make(
      'count.mkv',
      `color=black:s=64x48:r=25:d=2,geq=lum='16+4*N':cb=128:cr=128`,
      '-c:v',
      'ffv1',
    );
    const [, frames] = await decodeVideo(path, binaries, { interval: 7 });
    for (const { frame, pictures } of frames) {
      expect(pictures !== null).toBe(frame.index % 7 === 0);
      if (pictures === null) continue;
      expect(pictures.map(({ width, height }) => [width, height])).toEqual([
        [64, 48],
        [32, 24],
      ]);
      const grey = ((16 + 4 * frame.index - 16) * 255) / 219;
      for (const { data } of pictures) expect(Math.abs(data[300]! - Math.min(255, grey))).toBeLessThan(3);
    }
    expect(frames.filter(({ pictures }) => pictures !== null)).toHaveLength(8);
  });

  test('a part of a file starts and ends where asked', async () => {
    const path = await make('part.mp4', 'testsrc=s=64x48:r=25:d=4');
    const [, frames] = await decodeVideo(path, binaries, { start: 1, end: 2.5 });
    expect(frames).toHaveLength(38);
    expect(frames[0]!.frame.time).toBeCloseTo(0, 5);
  });

  test('10 bits, 4:2:2, odd sizes and RGB come as 8 bit yuv420p of the same size', async () => {
    const deep = await make('deep.mkv', 'testsrc=s=63x47:r=25:d=0.2,format=yuv422p10le', '-c:v', 'ffv1');
    const [source, frames] = await decodeVideo(deep, binaries);
    expect(source.info).toMatchObject({ width: 63, height: 47, format: 'yuv420p' });
    expect(frames[0]!.frame.data).toHaveLength(63 * 47 + 2 * 32 * 24);
    expect(source.notes.join()).toContain('10 to 8 bits');
    const rgb = await make('rgb.mkv', 'color=red:s=64x48:d=0.2,format=gbrp', '-c:v', 'ffv1');
    const [red, [first]] = await decodeVideo(rgb, binaries);
    expect(red.color.space).toBe('bt709');
    // BT.709 red, limited range.
    expect(Math.abs(first!.frame.data[0]! - 63)).toBeLessThanOrEqual(2);
  });

  test('full-range samples stay as they are', async () => {
    const path = await make(
      'full.mkv',
      'color=white:s=64x48:d=0.2,format=yuvj420p',
      '-c:v',
      'mjpeg',
      '-q:v',
      '1',
    );
    const [source, [first]] = await decodeVideo(path, binaries);
    expect(source.color.range).toBe('pc');
    expect(first!.frame.data[0]).toBeGreaterThanOrEqual(254);
  });
});

describe('a rotated video', () => {
  let plain = '';
  beforeAll(async () => {
    plain = await make('plain.mp4', TWO_HALVES, '-c:v', 'libx264', '-pix_fmt', 'yuv420p');
  });

  test.each([
    [90, 48, 64, 'top'],
    [180, 64, 48, 'right'],
    [270, 48, 64, 'bottom'],
  ] as const)('by %i° comes as it is shown, %i×%i', async (degrees, width, height, redSide) => {
    const path = at(`turned-${degrees}.mp4`);
    await writeFile(path, turn(await readFile(plain), degrees));
    const [source, [first]] = await decodeVideo(path, found);
    expect(source.info).toMatchObject({ width, height });
    const picture = first!.pictures![0]!;
    const middle = {
      top: [width / 2, 4],
      right: [width - 4, height / 2],
      bottom: [width / 2, height - 4],
    }[redSide] as [number, number];
    const offset = 3 * (Math.floor(middle[1]) * picture.width + Math.floor(middle[0]));
    expect(picture.data[offset]).toBeGreaterThan(200);
    expect(picture.data[offset + 2]).toBeLessThan(60);
  });
});

/** Writes a display matrix into an .mp4, as phones do: degrees clockwise. */
function turn(file: Buffer, degrees: 90 | 180 | 270): Buffer {
  const [a, b, c, d] = { 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0] }[degrees];
  const copy = Buffer.from(file);
  // Version 0 of a track header: the matrix starts 40 bytes after the header's flags.
  const matrix = copy.indexOf('tkhd') + 4 + 40;
  for (const [index, value] of [a, b, 0, c, d].entries())
    copy.writeInt32BE(value! * 65_536, matrix + 4 * index);
  return copy;
}

test('HDR becomes SDR with the colours of SDR, or is refused', async () => {
  const path = await make(
    'hdr.mkv',
    'testsrc2=s=64x48:d=0.2,format=yuv420p10le,setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc',
    ...[
      '-c:v',
      'libx265',
      '-x265-params',
      'log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc',
    ],
  );
  const [source, frames] = await decodeVideo(path, found);
  expect(source.color).toMatchObject({ transfer: 'bt709', primaries: 'bt709', space: 'bt709' });
  expect(source.notes.join()).toContain('HDR');
  expect(frames).toHaveLength(5);
});

test.each([
  ['in its header', 'interlaced.mkv', ['-c:v', 'libx264', '-flags', '+ilme+ildct', '-x264opts', 'tff=1']],
  ['in its frames only', 'interlaced.avi', ['-c:v', 'mpeg4', '-q:v', '3', '-flags', '+ilme+ildct']],
])(
  'a video that is interlaced, as it says %s, keeps its number of frames and loses its combs',
  async (_, name, codec) => {
    const moving = `nullsrc=s=64x48:r=50:d=1,geq=lum='if(lt(mod(X+8*N,64),32),16,235)':cb=128:cr=128`;
    const path = await make(name, `${moving},interlace,setfield=tff`, ...codec);
    const [, frames] = await decodeVideo(path, found);
    expect(frames).toHaveLength(25);
    const { data } = frames[10]!.frame;
    let combs = 0;
    for (let y = 1; y < 47; y += 1) {
      for (let x = 0; x < 64; x += 1) {
        const [above, here, below] = [-1, 0, 1].map((dy) => data[(y + dy) * 64 + x]!) as [
          number,
          number,
          number,
        ];
        if (Math.abs(here - above) > 100 && Math.abs(here - below) > 100) combs += 1;
      }
    }
    expect(combs).toBeLessThan(64);
  },
);
