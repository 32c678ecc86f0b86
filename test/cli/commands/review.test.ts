import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { originalOf } from '../../../src/cli/input/original-of.ts';
import { reviewerName } from '../../../src/cli/commands/review/reviewer-name.ts';
import { run } from '../../../src/cli/program.ts';
import { makeReviewClip, writeReviewTracks } from '../../support/review-page.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { memoryIo, veil } from '../memory-io.ts';

const os = vi.hoisted(() => ({ hasUser: true }));
vi.mock('node:os', async (original) => {
  const real = await original<typeof import('node:os')>();
  return {
    ...real,
    userInfo: () => {
      if (!os.hasUser)
        throw Object.assign(new Error('ENOENT: uv_os_get_passwd'), { code: 'ERR_SYSTEM_ERROR' });
      return real.userInfo();
    },
  };
});

describe('veil review', () => {
  const at = temporaryFolder();
  beforeAll(async () => {
    await makeReviewClip(at('source.mp4'));
    await writeReviewTracks(at('source.json'), at('source.mp4'));
  });
  beforeEach(async () => {
    await rm(at('in'), { recursive: true, force: true });
    await mkdir(at('in'));
    await copyFile(at('source.mp4'), at('in/clip.mp4'));
  });

  /** Runs until it has printed a text, then stops it. */
  async function reviewUntil(said: RegExp, ...argv: string[]) {
    const io = memoryIo();
    const running = run(['review', ...argv], io);
    await expect.poll(() => io.out() + io.err()).toMatch(said);
    io.stop();
    return { code: await running, out: io.out(), err: io.err() };
  }

  it('opens what is beside an output, says where, and what is left when it is stopped', async () => {
    await copyFile(at('source.json'), at('in/clip.veil.tracks.json'));
    await copyFile(at('source.mp4'), at('in/clip.veil.mp4'));
    const { code, out, err } = await reviewUntil(/Review: http/, at('in/clip.veil.mp4'));
    expect(code).toBe(3);
    expect(out).toMatch(/^Review: http:\/\/127\.0\.0\.1:\d+\/[\w-]+\/\nOpen it in a browser/);
    expect(err).toBe('Stopping; once more to force.\n');
  });

  it('finds the original of an output without tracks by its name, and says so', async () => {
    await copyFile(at('source.mp4'), at('in/clip.veil.mp4'));
    const { out } = await reviewUntil(/Review: http/, at('in/clip.veil.mp4'));
    expect(out).toMatch(/^clip\.veil\.mp4 has no tracks beside it; by its name it was made from clip\.mp4/);
  });

  it.each([
    ['clip.veil.mp4', ['clip.mp4', 'clip.mov'], 'clip.mp4'],
    ['clip.veil.mp4', ['clip.mov', 'clip.txt'], 'clip.mov'],
    ['clip.mov.veil.mp4', ['clip.mp4', 'clip.mov'], 'clip.mov'],
    ['clip.veil.jpg', ['clip.jpeg'], 'clip.jpeg'],
    ['clip.veil.mp4', ['clip.mov', 'clip.avi'], null],
    ['clip.veil.mp4', ['other.mp4'], null],
  ])('takes %s for one of %j: %s', async (output, names, original) => {
    await rm(at('in/clip.mp4'));
    for (const name of [output, ...names]) await writeFile(at('in', name), 'x');
    const found = originalOf(at('in', output));
    if (original === null) await expect(found).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    else expect((await found).path).toBe(at('in', original));
  });

  it('takes the tracks of the output that was named, whatever lies beside the original', async () => {
    await copyFile(at('source.json'), at('in/clip.veil.tracks.json'));
    await copyFile(at('source.mp4'), at('in/clip.veil.mp4'));
    await writeFile(at('in/clip.mp4.veil.tracks.json'), '{}');
    const io = memoryIo();
    const running = run(['review', at('in/clip.veil.mp4')], io);
    await expect.poll(() => stat(at('in/clip.veil.edits.jsonl.lock')).catch(() => null)).not.toBeNull();
    io.stop();
    expect(await running).toBe(3);
  });

  it('takes the tracks of a photo by its whole name: the shorter one is of a video', async () => {
    await writeFile(at('in/clip.veil.jpg'), '');
    await writeFile(at('in/clip.veil.tracks.json'), '{}');
    await copyFile(at('source.json'), at('in/clip.jpg.veil.tracks.json'));
    expect(await originalOf(at('in/clip.veil.jpg'))).toMatchObject({
      path: at('in/clip.mp4'),
      tracks: at('in/clip.jpg.veil.tracks.json'),
    });
  });

  it('says of an output that does not exist just that', async () => {
    const { code, err } = await veil(['review', at('in/nothing.veil.mp4')]);
    expect([code, err]).toEqual([1, expect.stringContaining('nothing.veil.mp4 does not exist')]);
  });

  it('says that another review has the file, and takes it over where it is told to', async () => {
    await copyFile(at('source.json'), at('in/clip.veil.tracks.json'));
    const lock = at('in/clip.veil.edits.jsonl.lock');
    await writeFile(lock, 'another-machine 7 x');
    const second = await reviewUntil(/read only/, at('in/clip.mp4'));
    expect(second.out).toContain('This review is read only: process 7 on another-machine has the file open.');
    expect(second.out).toContain(`veil review ${at('in/clip.mp4')} --take-over`);
    const [tracks, output] = [at('in/clip.veil.tracks.json'), at('in/out.mp4')];
    const typed = ['--tracks', tracks, '-o', output, '--by', 'Ada L', '--style', 'mosaic'];
    const named = await reviewUntil(/read only/, at('in/clip.mp4'), ...typed);
    expect(named.out).toContain(
      `veil review ${at('in/clip.mp4')} --tracks ${tracks} -o ${output} --by 'Ada L' --style mosaic --take-over`,
    );
    expect(await readFile(lock, 'utf8')).toBe('another-machine 7 x');
    const third = await reviewUntil(/Review: http/, at('in/clip.mp4'), '--take-over');
    expect(third.out).not.toContain('read only');
    await expect(stat(lock)).rejects.toThrow('ENOENT');
  });

  it('prints objects with --json', async () => {
    await copyFile(at('source.json'), at('in/clip.veil.tracks.json'));
    const { out } = await reviewUntil(/"review"/, at('in/clip.mp4'), '--json');
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { type: 'review', url: expect.stringMatching(/^http/) as unknown },
      { type: 'end', reason: 'closed', rendered: false },
    ]);
  });

  it('takes names of reviewers that an edit log can hold, and that of the user where none is given', async () => {
    expect(reviewerName(' Grace ', {})).toBe('Grace');
    for (const name of ['', '   ', 'x'.repeat(101), 'a\nb']) {
      expect((await veil(['review', at('in/clip.mp4'), '--by', name])).code).toBe(2);
    }
    expect(reviewerName(undefined, {}).length).toBeGreaterThan(0);
    os.hasUser = false;
    expect(reviewerName(undefined, { USER: 'ada' })).toBe('ada');
    expect(reviewerName(undefined, {})).toBe('unknown');
    expect(reviewerName(undefined, { USER: 'y'.repeat(300) })).toHaveLength(100);
  });
});
