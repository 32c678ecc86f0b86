import { readFile, readdir } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBinaries, type Binaries } from '../../../src/ffmpeg/binaries.ts';
import { S3 } from '../../../src/jobs/storage/s3.ts';
import { parseLocation } from '../../../src/jobs/storage/location.ts';
import type { S3Location } from '../../../src/jobs/storage/s3.ts';
import { hasEnded, idIn, openStand, type QueueStand } from '../../jobs/support/queue-stand.ts';
import { HAS_REDIS } from '../../jobs/support/redis-server.ts';
import { S3_KEYS, startS3, type S3Server } from '../../jobs/support/s3-server.ts';
import { makePhotoClip } from '../../support/photo-clip.ts';

const FAST = ['--effort', 'fast', '--preset', 'ultrafast', '--parts', 'off', '--findings', 'tell'];
const RESULTS = ['in/a.mp4', 'out/a.veil.mp4', 'out/a.veil.report.json', 'out/a.veil.tracks.json'];

let binaries: Binaries;
let stand: QueueStand;
let storage: S3Server;
let s3: S3;
beforeAll(async () => {
  binaries = await findBinaries();
});
beforeEach(async () => {
  if (!HAS_REDIS) return;
  stand = await openStand('a-secret-password');
  storage = await startS3(stand.outside('s3'));
  // The environment of a worker.
  Object.assign(process.env, S3_KEYS);
  s3 = await S3.open(storage.env);
  await makePhotoClip(binaries.ffmpeg.path, stand.outside('a.mp4'), { seconds: 6, size: '320:180' });
  await s3.put(at('in/a.mp4'), stand.outside('a.mp4'));
});
afterEach(async () => {
  if (!HAS_REDIS) return;
  for (const name of Object.keys(S3_KEYS)) Reflect.deleteProperty(process.env, name);
  s3.close();
  await stand[Symbol.asyncDispose]();
  await storage[Symbol.asyncDispose]();
});

function at(key: string): S3Location {
  return parseLocation(`s3://footage/${key}`) as S3Location;
}

async function keys(): Promise<string[]> {
  const found = await s3.list({ kind: 's3', bucket: 'footage', key: '' });
  return found.map(({ key }) => key).sort();
}

async function add(...args: string[]): Promise<string> {
  const { code, out, err } = await stand.queue('add', ...FAST, '-o', 's3://footage/out/', ...args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return idIn(out);
}

function worker(root = 's3://footage') {
  return stand.worker(['--root', root], storage.env);
}

describe.skipIf(!HAS_REDIS)('files of S3-type storage in a queue (skipped: no redis-server)', () => {
  it('are fetched, covered, audited, and appear in one step after the audit', async () => {
    const id = await add('s3://footage/in/a.mp4');
    const running = worker();
    expect(await stand.until(id, hasEnded), running.said()).toMatchObject({ status: 'done' });
    expect(await keys()).toEqual(RESULTS);
    expect(await storage.openUploads()).toEqual([]);
    await s3.fetch(at('out/a.veil.report.json'), stand.outside('report.json'));
    const report = JSON.parse(await readFile(stand.outside('report.json'), 'utf8')) as Record<string, object>;
    expect(report['input']).toMatchObject({ name: 'a.mp4' });
    expect((await s3.facts(at('out/a.veil.mp4')))?.metadata).toMatchObject({
      'veil-sha256': (report['provenance'] as { output: { sha256: string } }).output.sha256,
    });
    const said = running.said() + JSON.stringify(await stand.status());
    expect(said).not.toMatch(/a-secret-password|S3RVER/);
    expect(said).not.toContain('AWS SDK');
  });

  it('are fetched once by a worker for all their parts, and nothing of them stays in its folder', async () => {
    const id = await add('--parts', '2', 's3://footage/in/a.mp4');
    const before = storage.requests.length;
    const running = worker();
    expect(await stand.until(id, hasEnded), running.said()).toMatchObject({ status: 'done' });
    expect(running.said()).toContain('(render)');
    expect(await keys()).toEqual(RESULTS);
    const fetched = storage.requests
      .slice(before)
      .filter(({ method, url }) => method === 'GET' && url.includes('/in/a.mp4'));
    expect(fetched).toHaveLength(1);
    await running.stop();
    expect(await readdir(stand.scratch())).toEqual([]);
  });

  it('are done though the storage refuses now and then', async () => {
    const id = await add('s3://footage/in/a.mp4');
    storage.refuse(6);
    const running = worker();
    expect(await stand.until(id, hasEnded), running.said()).toMatchObject({ status: 'done' });
    expect(await keys()).toEqual(RESULTS);
    expect(await storage.openUploads()).toEqual([]);
  });

  it('leave nothing where the storage refuses to the end, and are done when they begin anew', async () => {
    const id = await add('s3://footage/in/a.mp4');
    storage.refuse(10_000, ({ method, url }) => method === 'PUT' && url.includes('uploadId'));
    const running = worker();
    const failed = await stand.until(id, ({ attempts }) => attempts >= 1);
    expect(failed.reason, running.said()).toContain('STORAGE_FAILED');
    expect(await keys()).toEqual(['in/a.mp4']);
    expect(await storage.openUploads()).toEqual([]);
    storage.refuse(0);
    expect(await stand.until(id, hasEnded), running.said()).toMatchObject({ status: 'done' });
    expect(await keys()).toEqual(RESULTS);
  });

  it('appear once where a worker is killed while it uploads', async () => {
    const id = await add('s3://footage/in/a.mp4');
    // The upload continues as long as its first part is refused.
    storage.refuse(10_000, ({ method, url }) => method === 'PUT' && url.includes('uploadId'));
    const first = worker();
    while (!storage.requests.some(({ url }) => url.includes('uploadId'))) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await first.kill();
    storage.refuse(0);
    expect(await storage.openUploads()).toHaveLength(1);
    const second = worker();
    expect(await stand.until(id, hasEnded), second.said()).toMatchObject({ status: 'done' });
    expect(await keys()).toEqual(RESULTS);
    expect(await storage.openUploads()).toEqual([]);
  });

  it('are left alone outside the roots, and where something else has the name', async () => {
    const outside = worker('s3://footage/incoming');
    const refused = await add('s3://footage/in/a.mp4');
    expect((await stand.until(refused, hasEnded)).reason).toContain('JOB_REFUSED');
    await outside.stop();
    await s3.put(at('out/b.mp4'), stand.outside('a.mp4'));
    worker();
    const { out } = await stand.queue(
      'add',
      ...FAST,
      's3://footage/in/a.mp4',
      '-o',
      's3://footage/out/b.mp4',
    );
    expect((await stand.until(idIn(out), hasEnded)).reason).toContain('OUTPUT_EXISTS');
    expect(await keys()).toEqual(['in/a.mp4', 'out/b.mp4']);
    expect((await s3.facts(at('out/b.mp4')))?.metadata).toEqual({});
  });
});
