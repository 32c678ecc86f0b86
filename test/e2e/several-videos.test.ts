import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { coverFile, ffmpeg } from '../support/covered-file.ts';
import { insertBox } from '../support/insert-box.ts';
import { closingFrames } from '../support/closing-frames.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();

beforeAll(async () => {
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=1', '-pix_fmt', 'yuv420p', at('main.mp4'));
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=320x240', '-frames:v', '1', at('cover.jpg'));
});

test.each(['mov', 'mkv', 'mp4'])(
  'a thumbnail stream that comes first is not the video, even if it is larger (.%s)',
  async (ending) => {
    const streams = [
      '-map',
      '1:v',
      '-map',
      '0:v',
      '-c:v:0',
      'mjpeg',
      '-c:v:1',
      'copy',
      '-disposition:v',
      '0',
    ];
    await ffmpeg('-i', at('main.mp4'), '-i', at('cover.jpg'), ...streams, at(`thumb.${ending}`));
    const { video, warnings, doubts } = await coverFile(at(`thumb.${ending}`));
    expect(video).toMatchObject({ width: 160, frameCount: 25 + (await closingFrames()) });
    expect(warnings).toContainEqual(expect.stringContaining('a thumbnail stream'));
    expect(doubts).toEqual([]);
  },
);

test.each(['mp4', 'mkv'])('a second camera is told, and asks for a review (.%s)', async (ending) => {
  const second = ['-f', 'lavfi', '-i', 'testsrc=s=128x96:r=25:d=1', '-map', '1:v', '-map', '0:v'];
  await ffmpeg('-i', at('main.mp4'), ...second, '-c:v', 'libx264', at(`cameras.${ending}`));
  const { video, doubts } = await coverFile(at(`cameras.${ending}`));
  expect(video).toMatchObject({ width: 160, frameCount: 25 + (await closingFrames()) });
  expect(doubts).toEqual([expect.stringContaining('another video track, stream 0 (128x96, 1.0 s)')]);
});

test.each([
  ['mp4', 'libx264'],
  ['mkv', 'libx264'],
  ['webm', 'libvpx'],
  ['flv', 'flv'],
  ['wmv', 'wmv2'],
  ['png', 'apng'],
  ['ogv', 'libtheora'],
])(
  'a film behind the film is told, asks for a review, and is copied by the command that is printed (.%s)',
  async (ending, codec) => {
    const path = at(`first.${ending}`);
    const format = ending === 'png' ? ['-f', 'apng'] : [];
    // Streams of the same numbers would be taken for those of the first film.
    const sound = ending === 'ogv' ? ['-f', 'lavfi', '-i', 'sine=d=1'] : [];
    const number = ending === 'ogv' ? ['-serial_offset', '8'] : [];
    const args = ['-i', at('main.mp4'), ...sound, '-c:v', codec, ...format];
    await ffmpeg(...args, path);
    await ffmpeg(...args, ...number, at(`second.${ending}`));
    const [film, second] = [await readFile(path), await readFile(at(`second.${ending}`))];
    const joined = at(`joined.${ending}`);
    await writeFile(joined, Buffer.concat([film, second]));
    const { frames } = await coverFile(path, at('out.mp4'), { overwrite: true });
    const result = await coverFile(joined, at('out.mp4'), { overwrite: true });
    // Old builds of ffmpeg take a second film in Ogg for damage as well.
    const doubts = result.doubts.filter((text) => ending !== 'ogv' || !text.includes('damaged'));
    expect(doubts).toHaveLength(1);
    const [doubt = ''] = doubts;
    // ffmpeg from 5.0 on reads the second one as well, at impossible times.
    if (/mkv|webm/.test(ending) && doubt.includes('goes back')) {
      expect(result.frames).toBeGreaterThan(frames);
      return;
    }
    expect(result.frames).toBe(frames);
    expect(doubt).toContain(`at byte ${film.length} of the file`);
    const [, command] = /folder: (.*)$/.exec(doubt)!;
    await promisify(execFile)('sh', ['-c', command!], { cwd: at() });
    expect((await readFile(`${joined}.2.${ending}`)).equals(second)).toBe(true);
  },
);

test('what a file says of a 3D or 360° picture is not in the output, which is said', async () => {
  const path = at('views.mkv');
  await ffmpeg('-i', at('main.mp4'), '-c', 'copy', '-metadata:s:v', 'stereo_mode=left_right', path);
  const entry = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'avc1'];
  const film = insertBox(await readFile(at('main.mp4')), entry, 'sv3d', sphericalBoxes());
  await writeFile(at('sphere.mp4'), film);
  for (const [name, kind] of [
    ['views.mkv', 'a 3D picture (side by side)'],
    ['sphere.mp4', 'a 360° picture (equirectangular)'],
  ] as const) {
    const { warnings, doubts, frames } = await coverFile(at(name));
    expect(frames).toBe(25);
    expect(warnings).toContainEqual(expect.stringContaining(`it holds ${kind}. The output does not`));
    expect(doubts).toEqual([]);
  }
});

/** Spherical Video V2: a header, and a projection of a whole sphere. */
function sphericalBoxes(): Buffer {
  const pose = box('prhd', Buffer.alloc(16));
  return Buffer.concat([
    box('svhd', Buffer.alloc(5)),
    box('proj', Buffer.concat([pose, box('equi', Buffer.alloc(20))])),
  ]);
}

function box(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, content]);
}
