import { rmSync } from 'node:fs';
import { copyFile, readdir, rename, rm, truncate, stat } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { auditFile } from '../../src/audit/audit-file.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { Detector } from '../../src/detect/detector.ts';
import { anonymizeFile } from '../../src/pipeline/file/anonymize-file.ts';
import { detectFile } from '../../src/pipeline/file/detect-file.ts';
import { ffmpeg } from '../support/covered-file.ts';
import { SCRIPTED_TRAITS, scriptedDetector } from '../support/scripted-detector.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const at = temporaryFolder();
const config = configSchema.parse({ video: { preset: 'ultrafast' }, anonymizer: 'cpu' });

beforeAll(async () => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=25:d=2'];
  const sound = ['-f', 'lavfi', '-i', 'sine=d=2', '-c:a', 'aac'];
  await ffmpeg(...picture, '-c:v', 'libx264', at('silent.mp4'));
  for (const name of ['sound.mp4', 'sound.mkv', 'sound.ts'])
    await ffmpeg(...picture, ...sound, '-c:v', 'libx264', at(name));
  const still = { width: 320, height: 240, channels: 3, background: '#888' } as const;
  await sharp({ create: still }).jpeg().toFile(at('photo.jpg'));
});

/** Before the first frame is decoded: the traits are read in order to plan the looks. */
function beforeDecoding(change: () => void): Detector {
  return {
    ...scriptedDetector(),
    get traits() {
      change();
      return SCRIPTED_TRAITS;
    },
  };
}

/** With the first look. */
function whileDecoding(change: () => Promise<void>): Detector {
  const detector = scriptedDetector();
  let hasChanged = false;
  return {
    ...detector,
    detect: async (pictures, options) => {
      if (!hasChanged) await change();
      hasChanged = true;
      return detector.detect(pictures, options);
    },
  };
}

/** Covers a copy of a file, and expects that it is told that the copy changed, and that nothing is left. */
async function expectChanged(
  name: string,
  reason: string,
  detectorFor: (path: string) => Detector,
): Promise<void> {
  const input = at(`copy-${name}`);
  await copyFile(at(name), input);
  const output = at(`copy-${name}.out.${name.endsWith('jpg') ? 'jpg' : 'mp4'}`);
  const before = await readdir(at());
  const running = anonymizeFile({ input, output, config, detector: detectorFor(input) });
  await expect(running).rejects.toMatchObject({
    code: 'INPUT_CHANGED',
    message: `${input} ${reason} while it was read.`,
  });
  const gone = before.filter((each) => each !== `copy-${name}`);
  expect((await readdir(at())).filter((each) => each !== `copy-${name}`)).toEqual(gone);
}

const VIDEOS = ['silent.mp4', 'sound.mp4', 'sound.mkv', 'sound.ts'];

test.for([...VIDEOS, 'photo.jpg'])('%s that is removed before it is decoded is told as such', (name) =>
  expectChanged(name, 'was removed', (path) =>
    beforeDecoding(() => {
      rmSync(path, { force: true });
    }),
  ),
);

test.for(VIDEOS)('%s that is removed while it is decoded is told as such', (name) =>
  expectChanged(name, 'was removed', (path) => whileDecoding(() => rm(path))),
);

test('a video that is replaced while it is decoded gives no mixture of both', async () => {
  await copyFile(at('sound.mp4'), at('other.mp4'));
  await expectChanged('silent.mp4', 'has changed', (path) =>
    whileDecoding(async () => {
      await copyFile(at('other.mp4'), at('moved.mp4'));
      await rename(at('moved.mp4'), path);
    }),
  );
});

test.for(['sound.mp4', 'sound.ts'])('%s that is made shorter while it is decoded gives no file', (name) =>
  expectChanged(name, 'has changed', (path) =>
    whileDecoding(async () => {
      await truncate(path, Math.floor((await stat(path)).size / 2));
    }),
  ),
);

test('the search for tracks and the audit tell of a removed video as well', async () => {
  const [input, output] = [at('removed.mp4'), at('tracks.json')];
  const removing = (): Detector => whileDecoding(() => rm(input));
  await copyFile(at('silent.mp4'), input);
  const told = { code: 'INPUT_CHANGED' };
  await expect(detectFile({ input, output, config, detector: removing() })).rejects.toMatchObject(told);
  await copyFile(at('silent.mp4'), input);
  await expect(auditFile({ path: input, detector: removing() })).rejects.toMatchObject(told);
});
