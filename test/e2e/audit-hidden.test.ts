import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { veil } from '../cli/memory-io.ts';
import { makePhotoClip } from '../support/photo-clip.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
let ffmpeg = '';

beforeAll(async () => {
  ffmpeg = (await findBinaries()).ffmpeg.path;
  await makePhotoClip(ffmpeg, at('faces.mp4'), { seconds: 0.4 });
  const grey = ['-f', 'lavfi', '-i', 'color=gray:s=320x180:r=25:d=2'];
  const tone = ['-f', 'lavfi', '-i', 'sine=440:d=2'];
  await run([...grey, ...tone, '-g', '50', '-fflags', '+bitexact', '-map_metadata', '-1', at('grey.mp4')]);
  await sharp({ create: { width: 64, height: 48, channels: 3, background: '#808080' } }).toFile(
    at('grey.jpg'),
  );
  await sharp(at('grey.jpg')).toFile(at('grey.png'));
});

async function run(args: readonly string[]): Promise<void> {
  const { code, stderr } = await capture(ffmpeg, ['-v', 'error', '-y', ...args]);
  if (code !== 0) throw new Error(stderr);
}

interface Told {
  readonly code: number;
  readonly problems: readonly string[];
  readonly findings: readonly { readonly stream: number; readonly where?: string }[];
}

async function audited(name: string): Promise<Told> {
  const { code, out } = await veil(['audit', at(name), '--json']);
  return { ...(JSON.parse(out) as Omit<Told, 'code'>), code };
}

describe('veil audit', () => {
  test('finds nothing in plain files', async () => {
    for (const name of ['grey.mp4', 'grey.jpg', 'grey.png']) {
      expect(await audited(name)).toMatchObject({ code: 0, problems: [], findings: [] });
    }
  });

  test('looks for faces in a second video stream', async () => {
    const both = ['-i', at('grey.mp4'), '-i', at('faces.mp4'), '-map', '0:v', '-map', '1:v', '-c', 'copy'];
    await run([...both, at('two.mp4')]);
    const { code, problems, findings } = await audited('two.mp4');
    expect(code).toBe(3);
    expect(problems).toContain('It has 2 video streams, and players show one.');
    expect(findings.length).toBeGreaterThan(0);
    expect(new Set(findings.map(({ stream }) => stream))).toEqual(new Set([1]));
  });

  test('looks for faces in a cover', async () => {
    await run(['-i', at('faces.mp4'), '-frames:v', '1', at('cover.jpg')]);
    const both = ['-i', at('grey.mp4'), '-i', at('cover.jpg'), '-map', '0:v', '-map', '1:v', '-c', 'copy'];
    await run([...both, '-disposition:v:1', 'attached_pic', at('cover.mp4')]);
    const { problems, findings } = await audited('cover.mp4');
    expect(problems).toContain('It has a cover stream.');
    expect(findings.some(({ stream }) => stream === 1)).toBe(true);
  });

  test('names frames and sound behind an edit list', async () => {
    await run(['-ss', '1.2', '-i', at('grey.mp4'), '-c', 'copy', at('edited.mp4')]);
    const { code, problems } = await audited('edited.mp4');
    expect(code).toBe(3);
    expect(problems).toContainEqual(expect.stringMatching(/^Stream 0 has \d+ frames that no player shows/));
  });

  test.each(['grey.jpg', 'grey.png', 'grey.mp4'])(
    'looks for faces in a video behind the end of %s',
    async (name) => {
      await writeFile(
        at(`long-${name}`),
        Buffer.concat([await readFile(at(name)), await readFile(at('faces.mp4'))]),
      );
      const { code, problems, findings } = await audited(`long-${name}`);
      expect(code).toBe(3);
      expect(findings[0]?.where).toBe('the bytes behind its end');
      expect(problems).toEqual([
        expect.stringMatching(/^It has \d+ bytes that belong to no picture.*a video\.$/),
      ]);
    },
  );

  test('looks for faces in what lies behind the end of what lies behind the end', async () => {
    const parts = await Promise.all(
      ['grey.jpg', 'grey.png', 'grey.mp4', 'faces.mp4'].map((name) => readFile(at(name))),
    );
    await writeFile(at('chain.jpg'), Buffer.concat(parts));
    const { code, findings } = await audited('chain.jpg');
    expect(code).toBe(3);
    expect(findings[0]?.where).toBe('the bytes behind its end, part 3');
  });

  test.each([
    ['free', 'a box of type free'],
    ['meta', 'a box of type meta'],
    ['mdat', 'its media data, of no frame and no sound'],
  ])('looks for faces in a box that players skip (%s)', async (type, where) => {
    const head = Buffer.from(`\0\0\0\0${type}`, 'latin1');
    await run(['-i', at('faces.mp4'), '-frames:v', '1', at('face.jpg')]);
    // ffmpeg reads the boxes within meta.
    const [grey, faces] = await Promise.all(
      ['grey.mp4', type === 'meta' ? 'face.jpg' : 'faces.mp4'].map((name) => readFile(at(name))),
    );
    const content = Buffer.concat([Buffer.alloc(4), faces!]);
    head.writeUInt32BE(8 + content.length);
    await writeFile(at(`${type}.mp4`), Buffer.concat([grey!, head, content]));
    const told = await audited(`${type}.mp4`);
    expect(told.code).toBe(3);
    expect(told.problems).toContain(`It has ${content.length} bytes in ${where}, which players skip.`);
    expect(wheres(told)).toEqual([where]);
  });

  test('looks for faces in a segment of a JPEG that viewers skip', async () => {
    await run(['-i', at('faces.mp4'), '-frames:v', '1', at('face-frame.jpg')]);
    const face = await sharp(at('face-frame.jpg')).resize(320).jpeg().toBuffer();
    const head = Buffer.from([0xff, 0xec, 0, 0]);
    head.writeUInt16BE(2 + face.length, 2);
    const grey = await readFile(at('grey.jpg'));
    const parts = [grey.subarray(0, 2), head, face, grey.subarray(2)];
    await writeFile(at('app12.jpg'), Buffer.concat(parts));
    const told = await audited('app12.jpg');
    expect(told.problems).toContain(`It has ${face.length} bytes in its APP12 data, which viewers skip.`);
    expect(wheres(told)).toEqual(['its APP12 data']);
  });

  test.each(['png', 'webp'])(
    'looks for faces in a chunk of a photo as .%s that viewers skip',
    async (ending) => {
      await run(['-i', at('faces.mp4'), '-frames:v', '1', at('face-frame.jpg')]);
      const face = await sharp(at('face-frame.jpg')).resize(320).jpeg().toBuffer();
      const grey = await sharp(at('grey.jpg'))
        .toFormat(ending as 'png')
        .toBuffer();
      const head = Buffer.from('\0\0\0\0juNk', 'latin1');
      head.writeUInt32BE(face.length);
      const riff = Buffer.from('juNk\0\0\0\0', 'latin1');
      riff.writeUInt32LE(face.length, 4);
      // A PNG ends with a chunk of its own.
      const parts =
        ending === 'png'
          ? [grey.subarray(0, -12), head, face, Buffer.alloc(4), grey.subarray(-12)]
          : [grey, riff, face, Buffer.alloc(face.length % 2)];
      const photo = Buffer.concat(parts);
      if (ending === 'webp') photo.writeUInt32LE(photo.length - 8, 4);
      await writeFile(at(`junk.${ending}`), photo);
      const told = await audited(`junk.${ending}`);
      expect(told.problems).toContain(`It has ${face.length} bytes in its "juNk" data, which viewers skip.`);
      expect(wheres(told)).toEqual(['its "juNk" data']);
    },
  );

  test('names texts in photos and names of tracks', async () => {
    const chunk = Buffer.concat([Buffer.from('\0\0\0\x0dtEXtTitle\0Jane Doe', 'latin1'), Buffer.alloc(4)]);
    chunk.writeUInt32BE(14);
    const png = await readFile(at('grey.png'));
    await writeFile(at('text.png'), Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]));
    expect((await audited('text.png')).problems).toEqual(['It has a text in its tEXt data.']);
    const jpg = await readFile(at('grey.jpg'));
    for (const text of ['Jane Doe', 'Jane Doe'.repeat(20)]) {
      const comment = Buffer.from([0xff, 0xfe, 0, text.length + 2, ...Buffer.from(text)]);
      await writeFile(at('said.jpg'), Buffer.concat([jpg.subarray(0, 2), comment, jpg.subarray(2)]));
      expect((await audited('said.jpg')).problems).toEqual(['It has a comment.']);
    }
    const named = ['-metadata:s:v', 'handler_name=Jane Doe', '-c', 'copy', '-fflags', '+bitexact'];
    await run(['-i', at('grey.mp4'), ...named, at('named.mp4')]);
    expect((await audited('named.mp4')).problems).toEqual(['It has the tag handler_name.']);
  });

  test('names what a codec crops away', async () => {
    const cropped = ['-bsf:v', 'h264_metadata=crop_right=200', '-c', 'copy', '-fflags', '+bitexact'];
    await run(['-i', at('grey.mp4'), ...cropped, at('cropped.mp4')]);
    expect((await audited('cropped.mp4')).problems).toEqual([
      expect.stringMatching(/stream 0 hold 320x\d+ pixels, of which players show 120x180/),
    ]);
  });

  test.each(['gif', 'tiff'])('looks for faces behind a photo as .%s', async (ending) => {
    await sharp(at('grey.jpg')).toFile(at(`grey.${ending}`));
    const parts = await Promise.all([`grey.${ending}`, 'faces.mp4'].map((name) => readFile(at(name))));
    await writeFile(at(`behind.${ending}`), Buffer.concat(parts));
    const told = await audited(`behind.${ending}`);
    expect(told.code).toBe(3);
    expect(wheres(told)).toEqual(['the bytes behind its end']);
  });

  test('names an EXIF thumbnail and transparency', async () => {
    await sharp(at('grey.jpg')).resize(16).jpeg().toFile(at('tiny.jpg'));
    await writeFile(at('thumb.jpg'), await withThumbnail(at('grey.jpg'), at('tiny.jpg')));
    expect((await audited('thumb.jpg')).problems).toContain('It has a thumbnail in its EXIF data.');
    await sharp({ create: { width: 64, height: 48, channels: 4, background: '#80808000' } }).toFile(
      at('clear.png'),
    );
    expect((await audited('clear.png')).problems).toContainEqual(expect.stringContaining('transparency'));
  });

  test('looks for faces in an EXIF thumbnail, an attached file and behind an edit list', async () => {
    await run(['-i', at('faces.mp4'), '-frames:v', '1', at('face.jpg')]);
    await sharp(at('face.jpg')).resize(320).jpeg().toFile(at('small.jpg'));
    await writeFile(at('face-thumb.jpg'), await withThumbnail(at('grey.jpg'), at('small.jpg')));
    expect(wheres(await audited('face-thumb.jpg'))).toEqual(['the thumbnail in its EXIF data']);

    // ffmpeg treats an attached picture as a cover; with another MIME type it stays an attachment.
    const attached = ['-attach', at('face.jpg'), '-metadata:s:t', 'mimetype=application/octet-stream'];
    await run(['-i', at('grey.mp4'), ...attached, '-c', 'copy', '-map', '0:v', at('attached.mkv')]);
    const told = await audited('attached.mkv');
    expect(told.problems).toContain('It has an attachment stream.');
    expect(wheres(told)).toEqual(['the attached file, stream 1']);

    const grey = ['-f', 'lavfi', '-i', 'color=gray:s=640x360:r=25:d=1'];
    const joined = '[0:v]trim=end=0.4,scale=640:360,setsar=1,fps=25[a];[a][1:v]concat[v]';
    const filter = ['-filter_complex', joined, '-map', '[v]', '-pix_fmt', 'yuv420p', '-g', '100'];
    await run(['-i', at('faces.mp4'), ...grey, ...filter, at('face-first.mp4')]);
    await run(['-ss', '0.8', '-i', at('face-first.mp4'), '-c', 'copy', at('face-hidden.mp4')]);
    expect(wheres(await audited('face-hidden.mp4'))).toEqual(['what is stored and not shown']);
    const second = ['-map', '0:v', '-map', '1:v', '-c', 'copy', at('second-hidden.mp4')];
    await run(['-i', at('grey.mp4'), '-ss', '0.8', '-i', at('face-first.mp4'), ...second]);
    const { findings } = await audited('second-hidden.mp4');
    expect(findings.map(({ stream, where }) => [stream, where])).toContainEqual([
      1,
      'what is stored and not shown',
    ]);
  });

  test('tells a hidden face from a shown one that is at the same place later', async () => {
    const grey = ['-f', 'lavfi', '-i', 'color=gray:s=640x360:r=25:d=1'];
    const face = '[0:v]trim=end=0.4,scale=640:360,setsar=1,fps=25,split[a][b];[a][1:v][b]concat=n=3[v]';
    const filter = ['-filter_complex', face, '-map', '[v]', '-pix_fmt', 'yuv420p', '-g', '100'];
    await run(['-i', at('faces.mp4'), ...grey, ...filter, at('face-twice.mp4')]);
    await run(['-ss', '0.8', '-i', at('face-twice.mp4'), '-c', 'copy', at('one-hidden.mp4')]);
    expect(new Set(wheres(await audited('one-hidden.mp4')))).toEqual(
      new Set([undefined, 'what is stored and not shown']),
    );
  });

  test('looks for faces below what is transparent', async () => {
    await run(['-i', at('faces.mp4'), '-frames:v', '1', at('below.png')]);
    await sharp(at('below.png')).removeAlpha().ensureAlpha(0).png().toFile(at('clear-face.png'));
    expect(wheres(await audited('clear-face.png'))).toEqual(['what is transparent']);
    await run(['-i', at('clear-face.png'), '-frames:v', '1', '-c:v', 'qtrle', at('clear-face.mov')]);
    expect(wheres(await audited('clear-face.mov'))).toEqual(['what is stored and not shown']);
  });

  test.each([
    ['as it is', []],
    ['as a negative', ['negate']],
  ])('looks for faces in the transparency itself, %s', async (name, how) => {
    // The background's colour everywhere; the face is only in the transparency.
    for (const [ending, level] of [
      ['png', 255],
      ['mov', 0],
    ] as const) {
      const graph = [
        `[0:v]${[...how, 'format=gray'].join(',')}[a]`,
        `[0:v]format=rgb24,lutrgb=r=${level}:g=${level}:b=${level}[c]`,
        '[c][a]alphamerge',
      ].join(';');
      const codec = ending === 'mov' ? ['-c:v', 'qtrle'] : [];
      const face = ['-i', at('faces.mp4'), '-frames:v', '1', '-filter_complex', graph, ...codec];
      await run([...face, at(`alpha ${name}.${ending}`)]);
      // Some builds of ffmpeg show it as well: half transparent means half as bright.
      expect(wheres(await audited(`alpha ${name}.${ending}`))).toContain('what is transparent');
    }
  });

  test("names what lies in a file and can't be looked at", async () => {
    await writeFile(at('font.ttf'), Buffer.alloc(2000, 7));
    const attached = ['-attach', at('font.ttf'), '-metadata:s:t', 'mimetype=font/ttf'];
    await run(['-i', at('grey.mp4'), ...attached, '-c', 'copy', '-map', '0:v', at('font.mkv')]);
    expect((await audited('font.mkv')).problems).toContainEqual(
      expect.stringMatching(/the attached file, stream 1/),
    );
  });
});

function wheres({ findings }: Told): (string | undefined)[] {
  return [...new Set(findings.map(({ where }) => where))];
}

/** A JPEG with another one in its EXIF data. */
async function withThumbnail(path: string, thumbnail: string): Promise<Buffer> {
  const plain = await sharp(path)
    .withExif({ IFD0: { Software: 'a' } })
    .jpeg()
    .toBuffer();
  const small = await readFile(thumbnail);
  const length = plain.readUInt16BE(4);
  const app1 = Buffer.concat([plain.subarray(2, 4 + length), small]);
  app1.writeUInt16BE(length + small.length, 2);
  return Buffer.concat([plain.subarray(0, 2), app1, plain.subarray(4 + length)]);
}
