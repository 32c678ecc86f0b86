import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Staging } from '../../../src/jobs/storage/destination.ts';
import { parseLocation } from '../../../src/jobs/storage/location.ts';
import { S3Destination } from '../../../src/jobs/storage/s3-destination.ts';
import { S3, type S3Location } from '../../../src/jobs/storage/s3.ts';
import type { ScratchFolder } from '../../../src/jobs/storage/scratch.ts';
import { S3_KEYS, startS3, type S3Server } from '../support/s3-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const root = temporaryFolder();
let storage: S3Server;
let s3: S3;
let count = 0;
let upload: string | null;
beforeAll(async () => {
  Object.assign(process.env, S3_KEYS);
  storage = await startS3(root('s3'));
  s3 = await S3.open(storage.env);
});
afterAll(async () => {
  for (const name of Object.keys(S3_KEYS)) Reflect.deleteProperty(process.env, name);
  s3.close();
  await storage[Symbol.asyncDispose]();
});
beforeEach(async () => {
  storage.refuse(0);
  count += 1;
  upload = null;
  await mkdir(root(`${count}`));
});

const results = {
  main: { name: 'a.veil.mp4', kind: 'video' },
  sides: [{ name: 'a.veil.report.json', kind: 'report' }],
} as const;
const at = (name: string): S3Location => parseLocation(`s3://footage/${count}/${name}`) as S3Location;

async function keys(): Promise<string[]> {
  const prefix = `${count}/`;
  const found = await s3.list({ kind: 's3', bucket: 'footage', key: prefix });
  return found.map(({ key }) => key.slice(prefix.length)).sort();
}

function open(changes: { readonly id?: string; readonly overwrite?: boolean } = {}): S3Destination {
  return new S3Destination({
    ...{ s3, target: at('a.veil.mp4'), results, id: '1', overwrite: false },
    scratch: { path: root(`${count}`) } as ScratchFolder,
    signal: new AbortController().signal,
    upload: {
      open: upload,
      remember: (id) => {
        upload = id;
        return Promise.resolve();
      },
    },
    ...changes,
  });
}

async function staged(destination: S3Destination): Promise<Staging> {
  const staging = await destination.stage();
  await writeFile(join(staging.folder, 'a.veil.mp4'), 'a video');
  await writeFile(join(staging.folder, 'a.veil.report.json'), '{}');
  return staging;
}

const confirm = (): Promise<void> => Promise.resolve();
const NAMES = ['a.veil.mp4', 'a.veil.report.json'];
/** Larger than a single request. */
const LARGE = Buffer.alloc(17 * 1024 ** 2, 7);

describe('results in S3-type storage', () => {
  it('appear when they are published, say what they are, and leave nothing else', async () => {
    const destination = open();
    await destination.workplace.write('plan.json', '{}');
    await (await staged(destination)).publish('abc', confirm);
    expect(await keys()).toEqual(NAMES);
    expect(await destination.hash()).toBe('abc');
    expect([upload, await storage.openUploads()]).toEqual([null, []]);
  });

  it('do not appear where the job is lost right before', async () => {
    const staging = await staged(open());
    await expect(staging.publish('abc', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect([await keys(), await storage.openUploads()]).toEqual([[], []]);
  });

  it('replace nothing of others unless that is allowed', async () => {
    await (await staged(open())).publish('abc', confirm);
    const other = open({ id: '2' });
    await expect(other.check()).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await expect((await staged(other)).publish('def', confirm)).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
    });
    expect(await open().hash()).toBe('abc');
    await (await staged(open({ id: '2', overwrite: true }))).publish('def', confirm);
    expect(await open().hash()).toBe('def');
  });

  it('end with the job where a killed worker left its report and its upload', async () => {
    const path = root(`${count}`, 'left');
    await writeFile(path, 'left');
    await s3.put(at('a.veil.report.json'), path, { metadata: { 'veil-job': '1' } });
    await s3.upload(
      at('a.veil.mp4'),
      path,
      {},
      (id) => Promise.resolve(void (upload = id)),
      new AbortController().signal,
    );
    expect(await storage.openUploads()).toHaveLength(1);
    expect(await open().discard()).toBe(false);
    expect([await keys(), await storage.openUploads()]).toEqual([[], []]);
  });

  it('stay where they were published, and those of other jobs too', async () => {
    await (await staged(open())).publish('abc', confirm);
    expect(await open({ id: '2' }).discard()).toBe(false);
    expect(await open().discard()).toBe(true);
    expect(await keys()).toEqual(NAMES);
  });

  it('pass large files from step to step', async () => {
    const { workplace } = open();
    const path = root(`${count}`, 'large');
    await writeFile(path, LARGE);
    await workplace.take('part-1.mp4', path);
    expect(await keys()).toEqual(['a.veil.mp4.veil-job-1/part-1.mp4']);
    await mkdir(root(`${count}`, 'got'));
    const got = await workplace.get('part-1.mp4', root(`${count}`, 'got'));
    expect((await readFile(got!)).equals(LARGE)).toBe(true);
    await workplace.remove();
    expect([await keys(), await storage.openUploads()]).toEqual([[], []]);
  });

  it('leave no upload of a large file whose worker was killed', async () => {
    const { workplace } = open();
    const path = root(`${count}`, 'large');
    await writeFile(path, LARGE);
    // Like a killed worker, it neither continues nor aborts its upload.
    storage.refuse(10_000, ({ url }) => url.includes('uploadId'));
    await expect(workplace.take('part-1.mp4', path)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    storage.refuse(0);
    expect(await storage.openUploads()).toHaveLength(1);
    await workplace.remove();
    expect([await keys(), await storage.openUploads()]).toEqual([[], []]);
  });
});
