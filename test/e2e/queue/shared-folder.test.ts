import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256OfFile } from '../../../src/base/sha256.ts';
import { resolveConfig } from '../../../src/config/load.ts';
import { findBinaries, type Binaries } from '../../../src/ffmpeg/binaries.ts';
import { anonymizeFile } from '../../../src/pipeline/file/anonymize-file.ts';
import { hasEnded, idIn, openStand, type QueueStand } from '../../jobs/support/queue-stand.ts';
import { HAS_REDIS } from '../../jobs/support/redis-server.ts';
import type { WorkerProcess } from '../../jobs/support/worker-process.ts';
import { pacedFfmpeg } from '../../support/paced-ffmpeg.ts';
import { makePhotoClip } from '../../support/photo-clip.ts';

const FAST = ['--effort', 'fast', '--preset', 'ultrafast', '--parts', 'off'];
const RESULTS = ['a.mp4', 'a.veil.mp4', 'a.veil.report.json', 'a.veil.tracks.json'];

let binaries: Binaries;
let stand: QueueStand;
beforeAll(async () => {
  binaries = await findBinaries();
});
beforeEach(async () => {
  if (HAS_REDIS) stand = await openStand();
});
afterEach(async () => {
  if (HAS_REDIS) await stand[Symbol.asyncDispose]();
});

async function makeClip(name: string, seconds = 2): Promise<string> {
  await makePhotoClip(binaries.ffmpeg.path, stand.at(name), { seconds, size: '320:180' });
  return stand.at(name);
}

async function add(...args: string[]): Promise<string> {
  const { code, out, err } = await stand.queue('add', ...FAST, ...args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return idIn(out);
}

/** A worker that takes as long for a video as it plays. */
async function pacedWorker(): Promise<WorkerProcess> {
  const path = await pacedFfmpeg(binaries.ffmpeg.path, stand.outside('paced-ffmpeg'));
  return stand.worker(['--root', stand.at()], { FFMPEG_PATH: path });
}

/** The output of a single process. */
async function alone(input: string): Promise<string> {
  const output = stand.outside('alone.mp4');
  const config = resolveConfig({ effort: 'fast', video: { preset: 'ultrafast' } });
  await anonymizeFile({ input, output, config });
  return sha256OfFile(output);
}

describe.skipIf(!HAS_REDIS)('files of a shared folder in a queue (skipped: no redis-server)', () => {
  it('are covered, audited and published as one process covers them, and leave nothing else', async () => {
    const id = await add(await makeClip('a.mp4'));
    const worker = stand.worker();
    const file = await stand.until(id, hasEnded);
    expect(file, worker.said()).toMatchObject({
      status: 'done',
      result: { outcome: 'published', frames: 50 },
    });
    expect(await stand.files()).toEqual(RESULTS);
    expect(await sha256OfFile(stand.at('a.veil.mp4'))).toBe(await alone(stand.at('a.mp4')));
    expect((await stat(stand.at('a.veil.tracks.json'))).mode & 0o777).toBe(0o600);
    expect((await stand.queue('add', ...FAST, stand.at('a.mp4'))).out).toContain('was done before');
    expect((await stand.status()).workers).toMatchObject([
      { name: expect.stringMatching(/^[^:]+-\d+$/) as string },
    ]);
    expect(await worker.stop()).toBe(0);
    expect((await stand.status()).workers).toEqual([]);
  });

  it('are taken up by another worker when one is killed in the middle', async () => {
    const id = await add(await makeClip('a.mp4', 5));
    const first = await pacedWorker();
    await stand.until(id, ({ progress }) => progress?.stage === 'covering' && (progress.done ?? 0) > 10);
    await first.kill();
    expect((await stand.files()).filter((name) => name.startsWith('.veil-job-'))).not.toEqual([]);
    const second = stand.worker();
    expect(await stand.until(id, hasEnded), second.said()).toMatchObject({ status: 'done' });
    expect(await stand.files()).toEqual(RESULTS);
    expect(await sha256OfFile(stand.at('a.veil.mp4'))).toBe(await alone(stand.at('a.mp4')));
  });

  it('are published once where a worker that was cut off comes back with an old lease', async () => {
    const id = await add(await makeClip('a.mp4', 5));
    const first = await pacedWorker();
    await stand.until(id, ({ progress }) => progress?.stage === 'covering' && (progress.done ?? 0) > 10);
    first.pause();
    const second = stand.worker();
    await stand.until(id, hasEnded);
    const published = await stat(stand.at('a.veil.mp4'));
    first.resume();
    await first.says(/JOB_LOST|could not renew/);
    await first.stop();
    expect(second.said()).toContain('is done');
    expect(await stat(stand.at('a.veil.mp4'))).toMatchObject({
      ino: published.ino,
      mtimeMs: published.mtimeMs,
    });
    expect(await stand.files()).toEqual(RESULTS);
  });

  it('are done though Redis is restarted in the middle', async () => {
    const id = await add(await makeClip('a.mp4', 5));
    const worker = await pacedWorker();
    await stand.until(id, ({ progress }) => progress?.stage === 'covering');
    await stand.redis.restart();
    expect(await stand.until(id, hasEnded), worker.said()).toMatchObject({ status: 'done' });
    expect(await stand.files()).toEqual(RESULTS);
  });

  it('fail with the reason, and without an output, where they cannot be covered', async () => {
    await writeFile(stand.at('a.mp4'), 'no video');
    const taken = await makeClip('taken.mp4');
    await writeFile(stand.at('taken.veil.mp4'), 'of somebody else');
    const [bad, other] = [await add(stand.at('a.mp4')), await add(taken, '-o', stand.at('taken.veil.mp4'))];
    stand.worker();
    expect((await stand.until(bad, hasEnded)).reason).toContain('INPUT_NOT_MEDIA');
    expect((await stand.until(other, hasEnded)).reason).toContain('OUTPUT_EXISTS');
    expect(await readFile(stand.at('taken.veil.mp4'), 'utf8')).toBe('of somebody else');
    expect(await stand.files()).toEqual(['a.mp4', 'taken.mp4', 'taken.veil.mp4']);
    expect((await stand.queue('status')).code).toBe(1);
  });

  it('are left alone outside the roots, and by a worker of another version', async () => {
    await makePhotoClip(binaries.ffmpeg.path, stand.outside('a.mp4'), { seconds: 1 });
    await symlink(stand.outside('a.mp4'), stand.at('link.mp4'));
    const ids = [await add(stand.outside('a.mp4')), await add(stand.at('link.mp4'))];
    stand.worker();
    for (const id of ids) expect((await stand.until(id, hasEnded)).reason).toContain('JOB_REFUSED');
    expect(await stand.files()).toEqual(['link.mp4']);
    expect((await readdir(stand.outside())).sort()).toEqual(['a.mp4']);
  });

  it('are not published where the audit finds faces, and their tracks can be reviewed first', async () => {
    await makeClip('a.mp4');
    const stops = await add(stand.at('a.mp4'), '--stop-for-review');
    const worker = stand.worker();
    expect(await stand.until(stops, hasEnded), worker.said()).toMatchObject({
      result: { outcome: 'review' },
    });
    expect(await stand.files()).toEqual(['a.mp4', 'a.veil.tracks.json']);
    const tracks = JSON.parse(await readFile(stand.at('a.veil.tracks.json'), 'utf8')) as {
      tracks: unknown[];
    };
    await writeFile(stand.at('open.json'), JSON.stringify({ ...tracks, tracks: [] }));
    const decided = ['--tracks', stand.at('open.json'), stand.at('a.mp4')];
    const refused = await stand.queue('add', '--effort', 'fast', '--parts', 'off', ...decided);
    const { reason } = await stand.until(idIn(refused.out), hasEnded);
    expect(reason).toMatch(
      /^AUDIT_REFUSED: The audit found .* at \d+, .*Add the file with --stop-for-review/,
    );
    expect(await stand.files()).toEqual(['a.mp4', 'a.veil.tracks.json', 'open.json']);
    const good = await add('--tracks', stand.at('a.veil.tracks.json'), stand.at('a.mp4'));
    expect(await stand.until(good, hasEnded), worker.said()).toMatchObject({ status: 'done' });
    expect(await stand.files()).toContain('a.veil.mp4');
  });
});
