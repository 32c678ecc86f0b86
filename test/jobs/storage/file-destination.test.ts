import { chmod, link, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Staging } from '../../../src/jobs/storage/destination.ts';
import { sha256OfText } from '../../../src/base/sha256.ts';
import { FileDestination } from '../../../src/jobs/storage/file-destination.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Whether the file system has hard links; FAT and some network shares do not. */
let hasLinks = true;
vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...original,
    link: (from: string, to: string) =>
      hasLinks
        ? original.link(from, to)
        : Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' })),
  };
});

const root = temporaryFolder();
let count = 0;
const at = (...names: string[]): string => root(`${count}`, ...names);
const job = (...names: string[]): string => at('.veil-job-1', ...names);
beforeEach(async () => {
  hasLinks = true;
  count += 1;
  await mkdir(at());
});

const results = {
  main: { name: 'a.veil.mp4', kind: 'video' },
  sides: [{ name: 'a.veil.report.json', kind: 'report' }],
} as const;
const VIDEO = Buffer.from('....ftypisom a video');
const REPORT = '{"format":"veil-report/1"}';

function open(changes: { readonly overwrite?: boolean; readonly id?: string } = {}): FileDestination {
  return new FileDestination({
    ...{ folder: at(), results, id: '1', input: '', overwrite: false },
    ...changes,
  });
}

async function staged(destination: FileDestination, video: Buffer = VIDEO): Promise<Staging> {
  const staging = await destination.stage();
  await writeFile(join(staging.folder, 'a.veil.mp4'), video);
  await writeFile(join(staging.folder, 'a.veil.report.json'), REPORT);
  return staging;
}

/** Leftovers of a worker that died when its results were ready, or when some of them had their names. */
async function leftReady(named: readonly string[] = []): Promise<void> {
  await mkdir(job('ready'), { recursive: true, mode: 0o700 });
  await writeFile(job('ready', 'a.veil.mp4'), VIDEO);
  await writeFile(job('ready', 'a.veil.report.json'), REPORT);
  for (const name of named) await link(job('ready', name), at(name));
}

/** Content of the claim that reserves a name on file systems without hard links. */
const claim = (): string => `veil publishes ${sha256OfText(job('ready'))}\n`;

const confirm = (): Promise<void> => Promise.resolve();
const all = async (): Promise<string[]> => (await readdir(at())).sort();
const NAMES = ['a.veil.mp4', 'a.veil.report.json'];

describe.each([true, false])('results on a shared folder (hard links: %s)', (links) => {
  beforeEach(() => {
    hasLinks = links;
  });

  it('appear when they are published, and not before; nothing else stays', async () => {
    const destination = open();
    const staging = await staged(destination);
    expect(await all()).toEqual(['.veil-job-1']);
    expect((await stat(job())).mode & 0o777).toBe(0o700);
    await staging.publish('', confirm);
    await staging[Symbol.asyncDispose]();
    expect(await all()).toEqual(NAMES);
    expect(await readFile(at('a.veil.mp4'))).toEqual(VIDEO);
  });

  it('do not appear where the job is lost right before', async () => {
    const staging = await staged(open());
    await expect(staging.publish('', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    await staging[Symbol.asyncDispose]();
    expect(await all()).toEqual(['.veil-job-1']);
    expect(await open().discard()).toBe(false);
    expect(await all()).toEqual([]);
  });

  it('replace nothing of others, and one of two that come at once is refused', async () => {
    const stagings = [
      await staged(open({ id: '1' }), Buffer.from('....ftypisom the first')),
      await staged(open({ id: '2' }), Buffer.from('....ftypisom the second')),
    ];
    const ends = await Promise.allSettled(stagings.map((staging) => staging.publish('', confirm)));
    const refused = ends.filter((end) => end.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'OUTPUT_EXISTS' } }]);
  });

  it('get their names by the next worker where one died before', async () => {
    await leftReady();
    expect(await open().recover()).toBe(true);
    expect(await all()).toEqual(NAMES);
  });
});

describe('results on a shared folder', () => {
  it('take the place of a claim that a killed worker left, where there are no links, and of nothing else', async () => {
    hasLinks = false;
    await leftReady();
    await writeFile(at('a.veil.mp4'), '');
    await expect(open().recover()).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await leftReady();
    await writeFile(at('a.veil.mp4'), claim());
    expect(await open().recover()).toBe(true);
    expect(await readFile(at('a.veil.mp4'))).toEqual(VIDEO);
  });

  it('are replaced only where that is allowed', async () => {
    await writeFile(at('a.veil.mp4'), '....ftypisom an older one');
    await expect(open().check()).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await (await staged(open({ overwrite: true }))).publish('', confirm);
    expect(await readFile(at('a.veil.mp4'))).toEqual(VIDEO);
  });

  it('stay unpublished where the job ends without them, though they were ready', async () => {
    await leftReady();
    expect(await open().discard()).toBe(false);
    expect(await all()).toEqual([]);
    await leftReady(['a.veil.report.json']);
    expect(await open().discard()).toBe(false);
    expect(await all()).toEqual([]);
  });

  it('leave no claim where the job ends between the claim of a name and the name', async () => {
    await leftReady();
    for (const name of NAMES) await writeFile(at(name), claim());
    expect(await open().discard()).toBe(false);
    expect(await all()).toEqual([]);
  });

  it('stay published where the output had its name already', async () => {
    await leftReady(NAMES);
    expect(await open().discard()).toBe(true);
    expect(await all()).toEqual(NAMES);
  });

  it('are never made in a folder that somebody else has put there', async () => {
    await mkdir(at('elsewhere'));
    await symlink(at('elsewhere'), job());
    for (const attempt of [
      () => open().stage(),
      () => open().recover(),
      () => open().discard(),
      () => open().workplace.write('plan.json', '{}'),
      () => open().workplace.read('plan.json'),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'JOB_REFUSED' });
    }
    expect(await readdir(at('elsewhere'))).toEqual([]);
    await mkdir(at('.veil-job-2'));
    await chmod(at('.veil-job-2'), 0o777);
    await expect(open({ id: '2' }).stage()).rejects.toMatchObject({ code: 'JOB_REFUSED' });
    await writeFile(at('.veil-job-3'), '');
    await expect(open({ id: '3' }).stage()).rejects.toMatchObject({ code: 'JOB_REFUSED' });
  });

  it('are worked on in a place that keeps what a step leaves until it is removed', async () => {
    const { workplace } = open();
    expect(await workplace.read('plan.json')).toBeNull();
    await workplace.write('plan.json', 'first');
    await workplace.write('plan.json', 'second');
    expect(await workplace.read('plan.json')).toBe('second');
    await writeFile(at('part.mp4'), 'a part');
    await workplace.take('part-1.mp4', at('part.mp4'));
    expect(await readFile((await workplace.get('part-1.mp4', at()))!, 'utf8')).toBe('a part');
    expect(await workplace.get('part-2.mp4', at())).toBeNull();
    await workplace.remove();
    expect(await all()).toEqual([]);
  });
});
