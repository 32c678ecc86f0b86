import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeReviewClip, writeReviewTracks } from '../../support/review-page.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run } from '../../../src/cli/program.ts';
import { memoryIo, veil } from '../memory-io.ts';

describe('veil review of a folder', () => {
  const at = temporaryFolder();
  beforeAll(async () => {
    await mkdir(at('in/day 1'), { recursive: true });
    await makeReviewClip(at('in/a.mp4'));
    for (const name of ['in/b.mp4', 'in/day 1/c.mp4', 'in/new.mp4', 'in/broken.mp4', 'in/a.veil.mp4']) {
      await copyFile(at('in/a.mp4'), at(name));
    }
    await writeReviewTracks(at('in/day 1/c.veil.tracks.json'), at('in/a.mp4'));
    const document = JSON.parse(await readFile(at('in/day 1/c.veil.tracks.json'), 'utf8')) as {
      readonly uncertain: readonly object[];
    };
    const reviewed = document.uncertain.map((span) => ({ ...span, reviewed: true }));
    const write = (name: string, uncertain: readonly object[]): Promise<void> =>
      writeFile(at(name), JSON.stringify({ ...document, format: 'veil-tracks/2', uncertain }));
    await write('in/a.veil.tracks.json', [document.uncertain[0]!, ...reviewed.slice(1)]);
    await write('in/b.veil.tracks.json', reviewed);
    await writeFile(at('in/broken.veil.tracks.json'), '{');
  });

  it('lists its files, those with most open doubts first, and says with which to begin', async () => {
    const { code, out, err } = await veil(['review', at('in'), '--list']);
    expect([code, err]).toEqual([3, '']);
    const lines = out.trimEnd().split('\n');
    expect(lines.slice(0, 5)).toEqual([
      expect.stringMatching(/in\/broken\.mp4 {2}.*not a valid veil-tracks document/) as unknown,
      `${at('in/new.mp4')}  not searched for faces yet`,
      `${at('in/day 1/c.mp4')}  4 faces, 3 to look at, not rendered yet`,
      `${at('in/a.mp4')}  4 faces, 1 to look at`,
      `${at('in/b.mp4')}  4 faces, nothing left to look at, not rendered yet`,
    ]);
    expect(lines.at(-1)).toBe(`Begin with: veil review ${at('in/broken.mp4')}`);
  });

  it('says the same as JSON, and 0 where nothing is left and everything is rendered', async () => {
    const { out } = await veil(['review', at('in'), '--list', '--json']);
    const { files } = JSON.parse(out) as { files: { input: string; doubts: number | null }[] };
    expect(files.map(({ doubts }) => doubts)).toEqual([null, null, 3, 1, 0]);
    await mkdir(at('done'));
    await copyFile(at('in/b.mp4'), at('done/b.mp4'));
    await copyFile(at('in/b.veil.tracks.json'), at('done/b.veil.tracks.json'));
    expect((await veil(['review', at('done'), '--list'])).code).toBe(3);
    await copyFile(at('in/b.mp4'), at('done/b.veil.mp4'));
    expect((await veil(['review', at('done'), '--list'])).code).toBe(0);
  });

  it('refuses --list for a file', async () => {
    const { code, err } = await veil(['review', at('in/a.mp4'), '--list']);
    expect([code, err]).toEqual([2, expect.stringContaining('--list is for a folder')]);
  });

  it('opens a page, and says what is left in how many files when it is stopped', async () => {
    const io = memoryIo();
    const running = run(['review', at('in')], io);
    await expect.poll(() => io.out()).toMatch(/^Review: http:/);
    const url = io.out().split(/\s/)[1]!;
    expect((await fetch(new URL('3/', url))).status).toBe(200);
    io.stop();
    expect(await running).toBe(3);
    expect(io.out().split('\n').slice(2)).toEqual([
      '4 places in 2 files are left to look at.',
      '1 file is not searched for faces yet.',
      '1 file can’t be reviewed; see the messages on the page.',
      '1 file is reviewed and not rendered yet.',
      '',
    ]);
  });
});
