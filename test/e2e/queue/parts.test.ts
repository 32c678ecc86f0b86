import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/load.ts';
import { findBinaries, type Binaries } from '../../../src/ffmpeg/binaries.ts';
import { capture } from '../../../src/ffmpeg/process.ts';
import type { PartPlan } from '../../../src/jobs/parts/part-types.ts';
import { anonymizeFile } from '../../../src/pipeline/file/anonymize-file.ts';
import { hasEnded, idIn, openStand, type QueueStand } from '../../jobs/support/queue-stand.ts';
import { noParts } from '../../jobs/support/parts-ffmpeg.ts';
import { HAS_REDIS } from '../../jobs/support/redis-server.ts';
import { makePhotoClip } from '../../support/photo-clip.ts';

const FAST = ['--effort', 'fast', '--preset', 'ultrafast', '--findings', 'tell'];
const RESULTS = ['a.mp4', 'a.veil.mp4', 'a.veil.report.json', 'a.veil.tracks.json'];

let binaries: Binaries;
let stand: QueueStand;
beforeAll(async () => {
  binaries = await findBinaries();
});
beforeEach(async () => {
  if (!HAS_REDIS) return;
  stand = await openStand();
  await makePhotoClip(binaries.ffmpeg.path, stand.at('a.mp4'), { seconds: 12, size: '320:180', sound: true });
});
afterEach(async () => {
  if (HAS_REDIS) await stand[Symbol.asyncDispose]();
});

async function add(...args: string[]): Promise<string> {
  const { code, out, err } = await stand.queue('add', ...FAST, '--parts', '4', ...args, stand.at('a.mp4'));
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return idIn(out);
}

/** Times and sizes of all packets of audio and video. */
async function shown(path: string): Promise<string[]> {
  const entries = ['-show_entries', 'packet=stream_index,pts_time,duration_time', '-of', 'csv=p=0'];
  const { stdout } = await capture(binaries.ffprobe.path, ['-v', 'error', ...entries, `file:${path}`]);
  return stdout.split('\n').filter(Boolean).sort();
}

/** A checksum of each displayed frame. */
async function frames(path: string): Promise<string> {
  const { stdout } = await capture(binaries.ffmpeg.path, [
    ...['-v', 'error', '-i', `file:${path}`, '-map', '0:v', '-f', 'framemd5', 'pipe:1'],
  ]);
  return stdout;
}

async function alone(): Promise<string> {
  const output = stand.outside('alone.mp4');
  const config = resolveConfig({ effort: 'fast', video: { preset: 'ultrafast' } });
  await anonymizeFile({ input: stand.at('a.mp4'), output, config });
  return output;
}

describe.skipIf(!HAS_REDIS || noParts !== '')(
  `a long file in a queue ${noParts || '(skipped: no redis-server)'}`,
  () => {
    it('is shared by workers, and becomes what one process makes of it', async () => {
      const id = await add();
      const workers = [stand.worker(), stand.worker()];
      const said = (): string => workers.map((worker) => worker.said()).join('\n---\n');
      const file = await stand.until(id, hasEnded);
      expect(file, said()).toMatchObject({ status: 'done', partsTotal: 3, result: { frames: 300 } });
      for (const worker of workers) expect(worker.said()).toMatch(/-(?:detect|render)-\d .*is done/);
      expect(await stand.files()).toEqual(RESULTS);
      const single = await alone();
      expect(await shown(stand.at('a.veil.mp4'))).toEqual(await shown(single));
    });

    it('is whole though workers are killed at its parts and while they are joined', async () => {
      const id = await add();
      for (const step of ['detect-1', 'render-1', 'file']) {
        const worker = stand.worker();
        await worker.says(
          step === 'file'
            ? /render-\d .*is done[^]*file-\w+ \(file\) begins/
            : new RegExp(`${step} .*begins`),
        );
        await worker.kill();
      }
      const last = stand.worker();
      expect(await stand.until(id, hasEnded), last.said()).toMatchObject({ status: 'done' });
      expect(await stand.files()).toEqual(RESULTS);
      expect(await frames(stand.at('a.veil.mp4'))).toMatch(/299/);
    });

    it('fails with the reason of a part, leaves nothing, and can begin anew, though one is still held', async () => {
      const id = await add();
      const first = stand.worker(['--root', stand.at(), '--lease', '60']);
      await first.says(/detect-0 .*begins/);
      first.pause();
      await rm(stand.at('a.mp4'));
      await makePhotoClip(binaries.ffmpeg.path, stand.at('a.mp4'), { seconds: 3, size: '640:360' });
      const second = stand.worker();
      const failed = await stand.until(id, hasEnded);
      expect(failed, second.said()).toMatchObject({ status: 'failed' });
      expect(failed.reason).toMatch(/^INPUT_CHANGED: /);
      expect(await stand.files()).toEqual(['a.mp4']);
      expect((await stand.queue('retry', id)).out).toContain('starts again');
      await stand.until(id, ({ status }) => status === 'active');
      first.resume();
      expect(await stand.until(id, hasEnded), second.said()).toMatchObject({ status: 'done' });
      expect(await stand.files()).toEqual(RESULTS);
      expect(first.said()).toContain('JOB_CANCELLED');
    });

    it('is worked on as a whole where a part does not fit, once the others have ended', async () => {
      const id = await add();
      const first = stand.worker(['--root', stand.at(), '--lease', '60']);
      await first.says(/detect-0 .*begins/);
      first.pause();
      const plan = stand.at((await stand.files()).find((name) => name.endsWith('/plan.json'))!);
      const text = await readFile(plan, 'utf8');
      const { parts } = JSON.parse(text) as PartPlan;
      const frames = `"frames":${parts[1]!.frames}`;
      await writeFile(
        plan,
        text.replace(/"index":1,.*?}/, (part) => part.replace(frames, '"frames":7')),
      );
      const second = stand.worker();
      await second.says(/is worked on as a whole/);
      await stand.until(id, ({ status }) => status !== 'active');
      first.resume();
      const file = await stand.until(id, hasEnded);
      const said = [first, second].map((worker) => worker.said()).join('\n---\n');
      expect(file, said).toMatchObject({ status: 'done', result: { frames: 300 } });
      expect(await stand.files()).toEqual(RESULTS);
    });

    it('is left alone after it was cancelled', async () => {
      const id = await add();
      const worker = stand.worker();
      await stand.until(id, ({ parts }) => parts.some(({ status }) => status === 'active'));
      expect((await stand.queue('cancel', id)).out).toContain('stops in a moment');
      expect((await stand.until(id, hasEnded)).reason, worker.said()).toContain('JOB_CANCELLED');
      while ((await stand.files()).length > 1) await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await stand.files()).toEqual(['a.mp4']);
    });

    it('is reviewed between its finding and its covering where that is asked for', async () => {
      const id = await add('--stop-for-review');
      const worker = stand.worker();
      expect(await stand.until(id, hasEnded), worker.said()).toMatchObject({ result: { outcome: 'review' } });
      expect(await stand.files()).toEqual(['a.mp4', 'a.veil.tracks.json']);
      const decided = await add('--tracks', stand.at('a.veil.tracks.json'));
      expect(await stand.until(decided, hasEnded), worker.said()).toMatchObject({ status: 'done' });
    });
  },
);
