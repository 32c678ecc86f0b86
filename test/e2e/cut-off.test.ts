import { readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { findBinaries } from '../../src/ffmpeg/binaries.ts';
import { capture } from '../../src/ffmpeg/process.ts';
import { needsReview } from '../../src/cli/report/reporter.ts';
import { EXIT } from '../../src/errors.ts';
import { probe, type Probe } from '../../src/ffmpeg/probe.ts';
import { closingFrames } from '../support/closing-frames.ts';
import { coverFile } from '../support/covered-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
let ffmpeg = '';

beforeAll(async () => {
  const binaries = await findBinaries();
  ffmpeg = binaries.ffmpeg.path;
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=4'];
  const args = [...picture, '-c:v', 'libx264', '-g', '25', '-movflags', '+faststart', at('whole.mp4')];
  const { code, stderr } = await capture(ffmpeg, ['-v', 'error', '-y', ...args]);
  if (code !== 0) throw new Error(stderr);
});

/** For containers without support for H.264. */
const CODECS: Readonly<Record<string, string>> = {
  mpg: 'mpeg2video',
  ogv: 'libtheora',
  wmv: 'wmv2',
  gif: 'gif',
  apng: 'apng',
  avi: 'mpeg4',
  y4m: 'wrapped_avframe',
  nut: 'libvpx',
};

async function remuxed(ending: string): Promise<Buffer> {
  const codec = CODECS[ending] ?? 'copy';
  const args = ['-v', 'error', '-y', '-i', at('whole.mp4'), '-c', codec, '-q:v', '5', at(`whole.${ending}`)];
  if (ending !== 'mp4') await capture(ffmpeg, args);
  return readFile(at(`whole.${ending}`));
}

/** Options of ffmpeg that add a tone to the picture of its first input. */
function addedTone(seconds: number): string[] {
  const tone = ['-f', 'lavfi', '-i', `sine=d=${seconds}`];
  return [...tone, '-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'aac'];
}

async function covered(
  name: string,
): Promise<{ code: number; doubts: readonly string[]; video: Probe['video'] }> {
  const { doubts, video, ...result } = await coverFile(at(name));
  const isReview = needsReview({ ...result, doubts, uncertain: [] });
  return { code: isReview ? EXIT.review : EXIT.done, doubts, video };
}

/** A transport packet of audio with only the first bytes of the first AAC header. */
function beginning(packet: Buffer): Buffer {
  const from = (packet[3]! & 0x20) === 0 ? 4 : 5 + packet[4]!;
  const kept = packet.subarray(from, from + 9 + packet[from + 8]! + 4);
  const stuffing = Buffer.alloc(184 - kept.length, 0xff);
  stuffing[0] = stuffing.length - 1;
  stuffing[1] = 0;
  const head = Buffer.from(packet.subarray(0, 4));
  head[3] = (head[3]! & 0x0f) | 0x30;
  return Buffer.concat([head, stuffing, kept]);
}

/** An .mp4 whose edit list begins with an empty part, and shows so much of what follows. */
function withShownSeconds(file: Buffer, empty: number, shown: number): Buffer {
  const copy = Buffer.from(file);
  const movie = copy.indexOf('mvhd') + 4;
  const ticks = copy.readUInt32BE(movie + 12);
  copy.writeUInt32BE((empty + shown) * ticks, movie + 16);
  const list = copy.indexOf('elst') + 4;
  if (copy.readUInt32BE(list + 4) !== 2) throw new Error('The edit list has no empty part.');
  copy.writeUInt32BE(empty * ticks, list + 8);
  copy.writeUInt32BE(shown * ticks, list + 20);
  return copy;
}

describe('a file', () => {
  test.for(['mp4', 'mkv', 'flv', 'ts', 'mpg', 'ogv', 'wmv', 'gif', 'apng', 'avi', 'y4m', 'nut'])(
    'that is whole raises no doubt (.%s)',
    async (ending) => {
      await remuxed(ending);
      expect((await covered(`whole.${ending}`)).doubts).toEqual([]);
    },
  );

  test.for([
    ['mkv', 0.7],
    ['flv', 0.7],
    ['ts', 0.7],
    ['mpg', 0.7],
    ['ogv', 0.7],
    ['mp4', 0.9],
    ['wmv', 0.7],
    ['gif', 0.7],
    ['apng', 0.7],
    ['avi', 0.9],
    ['y4m', 0.7],
    ['nut', 0.7],
  ] as const)('that was cut off (.%s) asks for a review, and says from when', async ([ending, share]) => {
    const whole = await remuxed(ending);
    await writeFile(at(`cut.${ending}`), whole.subarray(0, Math.floor(whole.length * share) - 7));
    const { code, doubts } = await covered(`cut.${ending}`);
    expect(doubts).toContainEqual(expect.stringMatching(/\d\.\d s/));
    expect(code).toBe(3);
  });

  test('that is a picture with music is whole (.mkv)', async () => {
    const quiet = ['-v', 'error', '-y'];
    await capture(ffmpeg, [...quiet, '-i', at('whole.mp4'), '-frames:v', '1', at('still.png')]);
    const [sound, encoded] = [addedTone(4), ['-c:v', 'libx264', '-pix_fmt', 'yuv420p']];
    await capture(ffmpeg, [...quiet, '-i', at('still.png'), ...sound, ...encoded, at('song.mkv')]);
    expect(await covered('song.mkv')).toMatchObject({ code: 0, doubts: [] });
  });

  test('that begins within a packet is whole at its end (.ts)', async () => {
    const whole = await remuxed('ts');
    await writeFile(at('tuned-in.ts'), whole.subarray(100));
    expect((await covered('tuned-in.ts')).doubts.join()).not.toContain('cut off');
    await writeFile(at('tuned-out.ts'), whole.subarray(100, -50));
    expect((await covered('tuned-out.ts')).doubts.join()).toContain('cut off');
  });

  test('that begins with what is no packet is whole at its end (.ts)', async () => {
    await writeFile(at('headed.ts'), Buffer.concat([Buffer.alloc(777, 'text'), await remuxed('ts')]));
    expect((await covered('headed.ts')).doubts.join()).not.toContain('cut off');
  });

  test('whose edit list hides most of it is whole', async () => {
    const quiet = ['-v', 'error', '-y'];
    await capture(ffmpeg, [...quiet, '-i', at('whole.mp4'), '-g', '100', at('long-gop.mp4')]);
    await capture(ffmpeg, [...quiet, '-ss', '3', '-i', at('long-gop.mp4'), '-c', 'copy', at('edited.mp4')]);
    expect((await covered('edited.mp4')).doubts).toEqual([]);
  });

  test('that begins with nothing for a while, and then shows a part of what it holds, is whole', async () => {
    const offset = ['-c', 'copy', '-output_ts_offset', '3', at('late.mp4')];
    await capture(ffmpeg, ['-v', 'error', '-y', '-i', at('whole.mp4'), ...offset]);
    await writeFile(at('late-part.mp4'), withShownSeconds(await readFile(at('late.mp4')), 3, 1));
    const { code, doubts, video } = await covered('late-part.mp4');
    expect(doubts).toEqual([]);
    expect(code).toBe(0);
    // The last frame does not stay for the time that is not shown.
    expect(video?.duration).toBeCloseTo(1, 1);
  });

  test.for([
    ['its sound', ['-itsoffset', '1.5', '-f', 'lavfi', '-i', 'sine=d=2.5', '-map', '0:v', '-map', '1:a']],
    ['its picture without sound', ['-output_ts_offset', '1.5']],
    [
      'all of it',
      ['-f', 'lavfi', '-i', 'sine=d=4', '-map', '0:v', '-map', '1:a', '-output_ts_offset', '1.5'],
    ],
  ] as const)('of the kind ASF of which %s begins late is whole', async ([what, options]) => {
    const codecs = ['-c:v', 'wmv2', '-c:a', 'wmav2', '-map_metadata', '-1'];
    const path = at(`late ${what}.wmv`);
    await capture(ffmpeg, ['-v', 'error', '-y', '-i', at('whole.mp4'), ...options, ...codecs, path]);
    expect((await coverFile(path)).doubts).toEqual([]);
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, Math.floor(whole.length * 0.8)));
    expect((await coverFile(path, undefined, { overwrite: true })).doubts.join()).toContain('cut off');
  });

  test.for(['flv', 'mkv', 'mp4', 'ts'])(
    'of which the sound goes on after the picture is whole (.%s)',
    async (ending) => {
      await remuxed(ending);
      const sound = addedTone(7);
      const tags = ['-map_metadata', '-1', at(`longer.${ending}`)];
      await capture(ffmpeg, ['-v', 'error', '-y', '-i', at('whole.mp4'), ...sound, ...tags]);
      expect((await covered(`longer.${ending}`)).doubts).toEqual([]);
    },
  );

  test('of the kind AVI of which most is gone is refused', async () => {
    const whole = await remuxed('avi');
    await writeFile(at('most.avi'), whole.subarray(0, Math.floor(whole.length * 0.4)));
    await expect(covered('most.avi')).rejects.toMatchObject({ code: 'INPUT_TRUNCATED' });
  });

  test('of the kind FLV of which most is gone is refused, but not of which only the picture has ended', async () => {
    const quiet = ['-v', 'error', '-y', '-i', at('whole.mp4')];
    await capture(ffmpeg, [...quiet, ...addedTone(4), '-map_metadata', '-1', at('sounding.flv')]);
    const whole = await readFile(at('sounding.flv'));
    await writeFile(at('most.flv'), whole.subarray(0, Math.floor(whole.length * 0.4)));
    await expect(covered('most.flv')).rejects.toMatchObject({ code: 'INPUT_TRUNCATED' });
    await writeFile(at('little.flv'), whole.subarray(0, Math.floor(whole.length * 0.7)));
    expect((await covered('little.flv')).code).toBe(3);
    await capture(ffmpeg, [...quiet, ...addedTone(12), '-map_metadata', '-1', at('music.flv')]);
    const music = await readFile(at('music.flv'));
    await writeFile(at('music-cut.flv'), music.subarray(0, music.length - 7));
    expect((await covered('music-cut.flv')).code).toBe(3);
  });

  test('of which the sound was cut within a packet of AAC keeps what can be read of it', async () => {
    await remuxed('ts');
    const sound = addedTone(4);
    const path = at('sound.ts');
    await capture(ffmpeg, ['-v', 'error', '-y', '-i', at('whole.mp4'), ...sound, path]);
    const whole = await readFile(path);
    const places = Array.from({ length: whole.length / 188 }, (_, packet) => packet * 188);
    const last = places.findLast((place) => (whole.readUInt16BE(place + 1) & 0x5fff) === 0x4101)!;
    await writeFile(
      path,
      Buffer.concat([whole.subarray(0, last), beginning(whole.subarray(last, last + 188))]),
    );
    const { output, warnings } = await coverFile(path);
    // Before version 5 ffmpeg copies such a packet.
    if ((await closingFrames()) === 0)
      expect(warnings.join()).toContain('it is damaged, and what can be read of it is kept');
    expect((await probe(output, await findBinaries())).audio).toHaveLength(1);
  });

  test.for(['mkv', 'flv', 'gif', 'ogv', 'avi', 'ts'])(
    'with flipped bytes asks for a review (.%s)',
    async (ending) => {
      const bytes = await remuxed(ending);
      for (const share of [0.4, 0.5, 0.6]) {
        for (let i = 0; i < 40; i += 1) bytes[Math.floor(bytes.length * share) + i * 7]! ^= 0xff;
      }
      await writeFile(at(`flipped.${ending}`), bytes);
      const { code, doubts } = await covered(`flipped.${ending}`);
      expect(doubts).toContainEqual(expect.stringContaining('damaged at about'));
      expect(code).toBe(3);
    },
  );
});
